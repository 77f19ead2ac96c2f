/*
 * split_pages.h - pages of a tree that splits them in halves while entries come in the order of their keys.
 *
 * So a build leaves half-full pages behind it. Where it takes several passes over the keys, as gin does once its
 * memory is full, later passes fill what the earlier ones left, and split again what becomes too full.
 */
#ifndef ADVISOR_SPLIT_PAGES_H
#define ADVISOR_SPLIT_PAGES_H

#include <array>
#include <cstddef>

namespace advisor
{

class SplitPages
{
  public:
    /* room: bytes of an empty page; item: of a typical byte's entry (the mean weighted by size). */
    SplitPages(double room, double item);

    /* After that pass there are so many bytes in all; no pass takes any away. */
    void pass(double bytes);

    double
    pages() const;

  private:
    static constexpr std::size_t FILLS = 100;

    void add(double fill, double pages);
    void grow(double fill, double pages, double growth);

    double room_;
    double after_split_; /* 0..1 */
    double bytes_ = 0;
    std::array<double, FILLS + 1> pages_ = {}; /* by per cent of the page that are filled */
};

} // namespace advisor

#endif
