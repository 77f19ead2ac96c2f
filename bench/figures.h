/*
 * figures.h - what was measured of one row, and how it is told.
 */
#ifndef BENCH_FIGURES_H
#define BENCH_FIGURES_H

#include <string>
#include <vector>

/* By server, in each the rounds in order. At least one round; none of them 0. */
using Figures = std::vector<std::vector<double>>;

struct Told
{
    double scale;
    /* Beside the ratio, the difference to the reference. */
    bool show_difference;
};

/*
 * A line of the table: for each server the median (minimum to maximum), and for all but
 * the reference the median of the ratios of the same round to `reference` and to `base`.
 */
std::string table_line(const std::string &what, const Figures &figures, size_t reference, size_t base,
                       const Told &told);

#endif
