/* key_groups.cpp - from the groups of a sample to those of the table. */
#include "key_groups.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>

#include "group_law.h"
#include "key_statistics.h"

namespace advisor
{

namespace
{

/* A key met in so many blocks is frequent: its entries are known to a third or better. */
constexpr std::int32_t MANY_BLOCKS = 10;

/* A group of equal keys in the sample. */
struct Met
{
    std::int32_t first_row = NONE;
    std::int32_t rows = 0;
    std::int32_t blocks = 0;
    std::int32_t block = NONE; /* the last one */
    double in_block = 0;       /* rows of that */
    double near_pairs = 0;     /* both in the same block */
};

/*
 * Numbers the rows of a sample so that equal keys have equal numbers: column by column, pairs of (number so far,
 * rank). Numbers may be left out.
 */
class Numbering
{
  public:
    explicit Numbering(const SampledColumnFact &first) : numbers_(first.n_rows)
    {
        for (std::size_t row = 0; row < numbers_.size(); row++)
            limit_ = std::max(limit_, (numbers_[row] = first.ranks[row] + 1) + 1);
    }

    void
    refine(const SampledColumnFact &column)
    {
        if (slots_.empty())
            slots_.resize(std::bit_ceil(2 * numbers_.size() + 1));
        std::ranges::fill(slots_, Slot{});
        limit_ = 0;
        for (std::size_t row = 0; row < numbers_.size(); row++)
            numbers_[row] = number_of(static_cast<std::uint64_t>(numbers_[row]) << 32 |
                                      static_cast<std::uint32_t>(column.ranks[row] + 1));
    }

    const Vector<std::int32_t> &
    numbers() const
    {
        return numbers_;
    }

    /* All numbers are below. */
    std::int32_t
    limit() const
    {
        return limit_;
    }

  private:
    struct Slot
    {
        std::uint64_t key = 0;
        std::int32_t number = NONE;
    };

    std::int32_t
    number_of(std::uint64_t key)
    {
        constexpr std::uint64_t GOLDEN = 0x9e3779b97f4a7c15;
        std::size_t mask = slots_.size() - 1;
        std::size_t place = (key * GOLDEN) >> 20 & mask;

        while (slots_[place].number != NONE && slots_[place].key != key)
            place = (place + 1) & mask;
        if (slots_[place].number == NONE)
            slots_[place] = {key, limit_++};
        return slots_[place].number;
    }

    Vector<std::int32_t> numbers_;
    Vector<Slot> slots_;
    std::int32_t limit_ = 0;
};

/* Groups of the sample's rows by `count` columns. */
Vector<Met>
groups_of(const SampledColumns &sample, std::int32_t first, std::int32_t count)
{
    Numbering numbering(sample[first]);

    for (std::int32_t i = first + 1; i < first + count; i++)
        numbering.refine(sample[i]);
    Vector<Met> groups(numbering.limit());
    for (std::int32_t row = 0; row < sample.n_rows; row++)
    {
        Met &group = groups[numbering.numbers()[row]];
        std::int32_t block = sample[first].blocks[row];

        if (group.rows++ == 0)
            group.first_row = row;
        if (group.block != block)
        {
            group.block = block;
            group.blocks++;
            group.in_block = 0;
        }
        group.near_pairs += group.in_block++;
    }
    std::erase_if(groups, [](const Met &group) { return group.rows == 0; });
    return groups;
}

/* Sums over groups of a sample. */
struct Sums
{
    double keys = 0, rows = 0, alone = 0, near_pairs = 0, far_pairs = 0;

    void
    add(const Sums &other)
    {
        keys += other.keys;
        rows += other.rows;
        alone += other.alone;
        near_pairs += other.near_pairs;
        far_pairs += other.far_pairs;
    }

    void
    add(const Met &group)
    {
        keys++;
        rows += group.rows;
        alone += group.blocks == 1 ? group.rows : 0;
        near_pairs += group.near_pairs;
        far_pairs += group.rows * (group.rows - 1.0) / 2 - group.near_pairs;
    }

    /* Ordered, in the whole table: a pair within a block is in the sample if the block is. */
    double
    pairs(double share) const
    {
        return 2 * (near_pairs / share + far_pairs / (share * share));
    }

    /* Equal keys are no nearer to each other than others. */
    bool
    scattered(double blocks) const
    {
        double expected = (near_pairs + far_pairs) / blocks;
        return near_pairs <= 2 * expected + 3 * std::sqrt(expected) + 3;
    }
};

/* Duj1; `share` of the rows were read. */
double
duj1(const Sums &sums, double share)
{
    return std::min(sums.keys / (1 - (1 - share) * sums.alone / sums.rows), sums.rows / share);
}

Sums
sums_of(const Vector<Met> &groups)
{
    Sums sums;

    for (const Met &group : groups)
        sums.add(group);
    return sums;
}

/* The column whose values are the most by its statistics. */
std::int32_t
finest(const Columns &keys, double rows)
{
    std::int32_t best = 0;

    for (std::int32_t i = 1; i < keys.count; i++)
        if (key_values(keys, i, rows) > key_values(keys, best, rows))
            best = i;
    return best;
}

/*
 * What to multiply the estimate by where equal keys lie together. Where the sample is wrong about a column by a
 * factor, it is about a key that is hardly finer; a key that is unique in the sample it is right about.
 */
double
correction(const Columns &keys, const SampledColumns &sample, const Sums &all, double rows)
{
    double share = sample.n_rows / rows;
    std::int32_t column = finest(keys, rows);
    double known = std::min(key_values(keys, column, rows), rows);
    double together = duj1(all, share);

    if (keys[column].n_distinct < 0)
        return 1;
    if (keys.count == 1)
        return known / together;
    double alone = duj1(sums_of(groups_of(sample, column, 1)), share);
    double likeness = alone < rows ? std::clamp(std::log(rows / together) / std::log(rows / alone), 0.0, 1.0) : 1;
    return std::clamp(together * std::pow(known / alone, likeness), known, rows) / together;
}

/* No more than the product of the columns' values; a single one's are not known so well. */
double
most_keys(const Columns &keys, double rows)
{
    double product = 1;

    if (keys.count == 1)
        return rows;
    for (std::int32_t i = 0; i < keys.count; i++)
        product = std::min(product * key_values(keys, i, rows), rows);
    return product;
}

/* Rows equal in all of them are no more frequent than chance makes them. */
bool
independent(const Columns &keys, const SampledColumns &sample, const Sums &all)
{
    double all_pairs = sample.n_rows * (sample.n_rows - 1.0) / 2;
    double expected = all_pairs;

    for (std::int32_t i = 0; i < keys.count; i++)
    {
        Sums alone = sums_of(groups_of(sample, i, 1));
        expected *= (alone.near_pairs + alone.far_pairs) / all_pairs;
    }
    return all.near_pairs + all.far_pairs <= 1.1 * expected + 3 * std::sqrt(expected) + 3;
}

/*
 * More keys were met than would be if the table had no more than these. Of all laws the one whose keys are equally
 * frequent shows the most.
 */
bool
contradicts(const Sums &sums, double keys)
{
    double expected = keys * -std::expm1(-sums.rows / keys);

    return sums.keys > expected + 3 * std::sqrt(sums.rows - expected) + 3;
}

/*
 * What statistics of single columns say is better than what a small sample shows of their combinations, if they are
 * independent. Of a single column they are right, unless they find fewer values than the sample can but have met:
 * ANALYZE's estimator is far too low where few values are most of the rows. Those of an expression are mostly made
 * of this very sample. `rare`: all but the frequent keys.
 */
double
at_least(const Columns &keys, const SampledColumns &sample, const Sums &all, const Sums &rare, double rows,
         double estimate)
{
    constexpr double TOO_LOW = 1.15;

    if (keys.count > 1)
        return independent(keys, sample, all) ? std::max(estimate, independent_keys(keys, rows, rows)) : estimate;
    double known = key_values(keys, 0, rows);
    double known_rare = std::max(1.0, known - (all.keys - rare.keys));
    if (keys[0].n_distinct < 0)
        return estimate;
    if (keys[0].attnum == 0)
        return estimate > known * TOO_LOW ? estimate : known;
    return contradicts(rare, known_rare) ? std::max(estimate, known) : known;
}

/* Rows with NULL in the same columns: their keys follow laws of their own. */
using NullPattern = std::int32_t;

NullPattern
null_pattern(const SampledColumns &sample, std::int32_t count, std::int32_t row)
{
    NullPattern pattern = 0;

    for (std::int32_t i = 0; i < count; i++)
        pattern |= (sample[i].ranks[row] == NONE) << i;
    return pattern;
}

/* Of the whole table there is nothing to estimate. */
void
take_as_they_are(const Vector<Met> &groups, double scale, KeyGroups &result)
{
    Vector<Met> sorted = groups;

    std::ranges::sort(sorted, [](const Met &a, const Met &b)
                      { return a.rows != b.rows ? a.rows < b.rows : a.first_row < b.first_row; });
    for (const Met &group : sorted)
    {
        if (result.rare.empty() || result.rare.back().entries != group.rows)
            result.rare.push_back({0, static_cast<double>(group.rows), result.rows.size(), 0});
        result.rare.back().keys++;
        result.rare.back().n++;
        result.rows.push_back(group.first_row);
    }
    for (KeyClass &same : result.rare)
        same.entries = std::max(1.0, std::round(same.entries * scale));
    result.distinct = static_cast<double>(groups.size());
}

/* The rare keys of one pattern of NULLs. */
struct Rare
{
    Sums sums;
    Vector<std::int32_t> rows;
    double keys = 0; /* in the table, estimated */
};

/* `share` of the rows were read; the index holds the part `kept` of all. */
void
add_rare(KeyGroups &result, const Rare &rare, double keys, double share, double kept)
{
    double entries = rare.sums.rows / share;
    double left = 1;

    keys = std::clamp(keys, std::min(rare.sums.keys, entries), entries);
    for (const GroupShare &same : group_law(entries / keys, rare.sums.pairs(share) / keys, kept, left))
        result.rare.push_back({same.share * keys * left, same.members, result.rows.size(), rare.rows.size()});
    result.rows.insert(result.rows.end(), rare.rows.begin(), rare.rows.end());
    result.distinct += keys * left;
}

KeyGroups
groups_from_sample(const Columns &keys, const SampledColumns &sample, double rows, double tuples)
{
    Vector<Met> groups = groups_of(sample, 0, keys.count);
    double share = sample.n_rows / rows;
    double kept = std::min(1.0, tuples / rows);
    double blocks = sample[0].blocks[sample.n_rows - 1] + 1;
    Map<NullPattern, Rare> rare;
    KeyGroups result;

    if (share >= 1)
    {
        take_as_they_are(groups, kept, result);
        return result;
    }
    for (const Met &group : groups)
    {
        if (group.blocks < MANY_BLOCKS)
        {
            Rare &alike = rare[null_pattern(sample, keys.count, group.first_row)];
            alike.sums.add(group);
            alike.rows.push_back(group.first_row);
        }
        else
        {
            result.frequent.push_back(
                {1, std::max(1.0, std::round(group.rows / share * kept)), result.rows.size(), 1});
            result.rows.push_back(group.first_row);
        }
    }
    Sums all = sums_of(groups);
    double corrected = all.scattered(blocks) ? 1 : correction(keys, sample, all, rows);
    double frequent = static_cast<double>(result.frequent.size());
    Sums all_rare;
    double sum = 0;

    for (auto &[pattern, alike] : rare)
    {
        const Sums &sums = alike.sums;
        all_rare.add(sums);
        alike.keys = sums.scattered(blocks)
                         ? groups_by_sample(sums.rows / share, sums.pairs(share), sums.keys, share)
                         : duj1(sums, share) * corrected;
        sum += alike.keys;
    }
    double wanted = counted_keys(keys);

    if (wanted <= 0 && all.scattered(blocks))
        wanted = at_least(keys, sample, all, all_rare, rows, frequent + sum);
    else if (wanted <= 0)
        wanted = frequent + sum;
    double scale = std::max(1.0, std::min(wanted, most_keys(keys, rows)) - frequent) / std::max(1.0, sum);

    result.distinct = frequent;
    for (const auto &[pattern, alike] : rare)
        add_rare(result, alike, alike.keys * scale, share, kept);
    return result;
}

KeyGroups
groups_from_statistics(double distinct, double tuples)
{
    KeyGroups result;
    double left = 1;
    double mean = tuples / distinct;

    result.distinct = distinct;
    for (const GroupShare &same : group_law(mean, mean * (mean - 1), 1, left))
        result.rare.push_back({same.share * distinct, same.members, 0, 0});
    return result;
}

double
keys_by_statistics(const Columns &keys, double rows, double tuples)
{
    double counted = tuples >= rows ? counted_keys(keys) : UNKNOWN;

    return counted > 0 ? std::clamp(counted, 1.0, tuples) : independent_keys(keys, rows, tuples);
}

/* The rows that the sample stands for. */
double
sampled_from(const SampledColumns &sample, double rows, double tuples)
{
    return std::max<double>(sample[0].predicate == NONE ? rows : tuples, sample.n_rows);
}

} // namespace

KeyGroups
key_groups(const Columns &keys, double rows, double tuples)
{
    SampledColumns sample(keys);

    if (sample.n_rows == 0)
        return groups_from_statistics(keys_by_statistics(keys, rows, tuples), tuples);
    return groups_from_sample(keys, sample, sampled_from(sample, rows, tuples), tuples);
}

double
distinct_keys(const Columns &keys, double rows, double tuples)
{
    SampledColumns sample(keys);

    if (sample.n_rows == 0)
        return keys_by_statistics(keys, rows, tuples);
    return std::clamp(key_groups(keys, rows, tuples).distinct, 1.0, std::max(1.0, tuples));
}

} // namespace advisor
