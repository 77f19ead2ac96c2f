#include "figures.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace
{

double
median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    size_t n = values.size();
    return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

/* Noise that lasts longer than a round hits both alike, and so cancels out. */
double
median_ratio(const std::vector<double> &values, const std::vector<double> &to)
{
    std::vector<double> ratios;

    for (size_t i = 0; i < values.size(); i++)
        ratios.push_back(values[i] / to[i]);
    return median(ratios);
}

double
median_difference(const std::vector<double> &values, const std::vector<double> &to)
{
    std::vector<double> differences;

    for (size_t i = 0; i < values.size(); i++)
        differences.push_back(values[i] - to[i]);
    return median(differences);
}

/* Four digits that count. */
std::string
number(double value)
{
    char text[64];
    int decimals = value >= 1000 ? 0 : std::max(0, 3 - static_cast<int>(std::floor(std::log10(value))));

    std::snprintf(text, sizeof(text), "%.*f", std::min(decimals, 6), value);
    return text;
}

std::string
format(const char *pattern, double value)
{
    char text[64];

    std::snprintf(text, sizeof(text), pattern, value);
    return text;
}

std::string
spread(const std::vector<double> &values, double scale)
{
    auto [least, most] = std::minmax_element(values.begin(), values.end());
    return number(median(values) * scale) + " (" + number(*least * scale) + "-" + number(*most * scale) + ")";
}

} // namespace

std::string
table_line(const std::string &what, const Figures &figures, size_t reference, size_t base, const Told &told)
{
    std::string line = "| " + what + " |";

    for (size_t i = 0; i < figures.size(); i++)
    {
        line += " " + spread(figures[i], told.scale);
        if (i != reference)
            line += " **" + format("%.3f", median_ratio(figures[i], figures[reference])) + "**";
        if (i != base)
            line += " " + format("%.3f", median_ratio(figures[i], figures[base]));
        if (told.show_difference && i != reference)
            line += " " + format("%+.0f", median_difference(figures[i], figures[reference]) * told.scale);
        line += " |";
    }
    return line;
}
