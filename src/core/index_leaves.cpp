/*
 * index_leaves.cpp - leaves are filled as they would be, with some of the items, and counted.
 *
 * Equal keys become posting lists: one tuple with up to 812 bytes of row addresses, which is what
 * makes an index on few values so much smaller than its rows.
 */
#include "index_leaves.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "index_page.h"
#include "index_tuple.h"

namespace advisor
{

namespace
{

constexpr double SPECIAL_SPACE = 16;
constexpr double ENOUGH_KEYS = 6000;
constexpr double ENOUGH_ITEMS = 256; /* of one key: the others fill pages likewise */

/* The page that is being filled, and how many are done. */
class Filling
{
  public:
    explicit Filling(const LeafOptions &options)
        : empty_(options.block_size - PAGE_HEADER - SPECIAL_SPACE - LINE_POINTER),
          full_(std::floor(options.block_size * (1 - options.fill) + 1e-9)), free_(empty_)
    {
    }

    /* An item of `size`, `list` of that row addresses; `weight`: what part of a key it is. */
    void
    add(double size, double list, double weight)
    {
        double space = free_ - LINE_POINTER;

        if (space < size + max_align(ROW_ADDRESS) || (space + last_list_ < full_ && on_page_ > 1))
            turn_page();
        free_ -= size + LINE_POINTER;
        on_page_++;
        items_++;
        page_weight_ += weight;
        last_size_ = size;
        last_list_ = list;
        last_weight_ = weight;
    }

    /* Pages that are done. */
    double
    done() const
    {
        return pages_;
    }

    /* With the part of the last page that is filled. */
    double
    pages() const
    {
        return pages_ + std::min(1.0, (empty_ - free_) / (empty_ - full_));
    }

    /* Keys on the pages that are done. */
    double
    keys() const
    {
        return keys_;
    }

    double
    items() const
    {
        return items_;
    }

  private:
    void
    turn_page()
    {
        pages_++;
        keys_ += page_weight_ - last_weight_;
        page_weight_ = last_weight_;
        free_ = empty_ - last_size_ - LINE_POINTER;
        on_page_ = 1;
    }

    double empty_, full_, free_;
    double on_page_ = 0, page_weight_ = 0;
    double last_size_ = 0, last_list_ = 0, last_weight_ = 0;
    double pages_ = 0, keys_ = 0, items_ = 0;
};

/* Places in 0..1 that are spread evenly wherever one stops. */
class Spread
{
  public:
    explicit Spread(double step) : step_(step)
    {
    }

    double
    next()
    {
        at_ += step_;
        at_ -= std::floor(at_);
        return at_;
    }

  private:
    double step_;
    double at_ = 0;
};

/* No multiple of one comes near one of the other: what is drawn by them is independent. */
constexpr double STEP_OF_ROWS = 0.6180339887498949;
constexpr double STEP_OF_SIZES = 0.7548776662466927;

/* Sizes of tuples: those of the sample, or the mean for all. */
struct Tuples
{
    const Vector<std::int32_t> &sampled;
    double mean;

    /* `place` in 0..1 among the rows that have such keys. */
    double
    of(const KeyGroups &groups, const KeyClass &same, double place) const
    {
        if (sampled.empty() || same.n == 0)
            return mean;
        return sampled[groups.rows[same.first + static_cast<std::size_t>(place * static_cast<double>(same.n))]];
    }
};

double
addresses_per_list(double tuple, double block_size)
{
    double longest = max_align_down(max_align_down(block_size * 0.10) - LINE_POINTER);

    return std::floor((longest - tuple) / ROW_ADDRESS);
}

/* Of a loop over so many, the last of which may be a part. */
std::int32_t
rounds(double shown)
{
    return static_cast<std::int32_t>(std::ceil(shown));
}

/* Adds one key with its entries, so many of them at most. Returns the items that were left out. */
double
add_key(Filling &filling, double tuple, double entries, double block_size)
{
    double per_list = addresses_per_list(tuple, block_size);

    if (entries < 2 || per_list < 2)
    {
        double shown = std::min(entries, ENOUGH_ITEMS);
        for (std::int32_t i = rounds(shown); i > 0; i--)
            filling.add(tuple, 0, 1 / shown);
        return entries - shown;
    }
    double lists = std::floor(entries / per_list);
    double rest = entries - lists * per_list;
    double shown = std::min(lists, ENOUGH_ITEMS);
    double items = shown + (rest > 0 ? 1 : 0);
    double full = max_align(tuple + per_list * ROW_ADDRESS);

    for (std::int32_t i = rounds(shown); i > 0; i--)
        filling.add(full, full - tuple, 1 / items);
    if (rest > 0)
    {
        double size = rest == 1 ? tuple : max_align(tuple + rest * ROW_ADDRESS);
        filling.add(size, size - tuple, 1 / items);
    }
    return lists - shown;
}

/* The pages of all keys, by those of the keys on the pages that are done. */
Leaves
extrapolated(const Filling &filling, double shown, double keys)
{
    double per_key = filling.keys() > 0 ? filling.done() / filling.keys() : filling.pages() / shown;

    return {shown < keys ? per_key * keys : filling.pages(), filling.items() * keys / shown};
}

Leaves
plain_leaves(const Tuples &sizes, double tuples, const LeafOptions &options)
{
    Filling filling(options);
    Spread rows(STEP_OF_ROWS);
    double shown = std::min(tuples, ENOUGH_KEYS);

    for (std::int32_t i = rounds(shown); i > 0; i--)
    {
        auto n = static_cast<double>(sizes.sampled.size());
        filling.add(n > 0 ? sizes.sampled[static_cast<std::size_t>(rows.next() * n)] : sizes.mean, 0, 1);
    }
    return extrapolated(filling, shown, tuples);
}

/* The class that the place in 0..1 among all rare keys is in. */
const KeyClass &
class_at(const Vector<KeyClass> &classes, const Vector<double> &up_to, double place)
{
    auto found = static_cast<std::size_t>(std::ranges::lower_bound(up_to, place * up_to.back()) - up_to.begin());

    return classes[std::min(found, classes.size() - 1)];
}

Leaves
rare_leaves(const Tuples &sizes, const KeyGroups &groups, const LeafOptions &options)
{
    Filling filling(options);
    Spread rows(STEP_OF_ROWS), places(STEP_OF_SIZES);
    Vector<double> up_to;
    double keys = 0;

    for (const KeyClass &same : groups.rare)
        up_to.push_back(keys += same.keys);
    keys = std::max(1.0, std::round(keys));
    double shown = std::min(keys, ENOUGH_KEYS);
    double added = 0, left_out = 0;

    for (std::int32_t i = rounds(shown); i > 0; i--)
    {
        const KeyClass &same = class_at(groups.rare, up_to, places.next());
        double before = filling.items();
        left_out += add_key(filling, sizes.of(groups, same, rows.next()), same.entries, options.block_size);
        added += filling.items() - before;
    }
    Leaves leaves = extrapolated(filling, shown, keys);
    return {leaves.pages * (1 + left_out / added), leaves.items * (1 + left_out / added)};
}

Leaves
frequent_leaves(const Tuples &sizes, const KeyGroups &groups, const LeafOptions &options)
{
    Filling filling(options);
    double left_out = 0;

    for (const KeyClass &key : groups.frequent)
        left_out += add_key(filling, sizes.of(groups, key, 0), key.entries, options.block_size);
    if (filling.items() == 0)
        return {};
    double more = 1 + left_out / filling.items();
    return {filling.pages() * more, filling.items() * more};
}

} // namespace

Leaves
leaves_of(const Columns &columns, const Vector<std::int32_t> &sampled, const KeyGroups &groups, double tuples,
          const LeafOptions &options)
{
    Tuples sizes = {sampled, mean_tuple_size(columns)};

    if (!options.deduplicates)
        return plain_leaves(sizes, tuples, options);
    Leaves rare = groups.rare.empty() ? Leaves{} : rare_leaves(sizes, groups, options);
    Leaves frequent = frequent_leaves(sizes, groups, options);
    return {rare.pages + frequent.pages, rare.items + frequent.items};
}

} // namespace advisor
