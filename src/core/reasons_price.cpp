/* reasons_price.cpp - what an index gains, and what it costs. */
#include <algorithm>

#include "candidates.h"
#include "reasons.h"
#include "words.h"
#include "workload.h"
#include "write_cost.h"
#include "write_wal.h"

namespace advisor
{

namespace
{

const IndexSize &
size_of(const Case &one)
{
    return one.decision.candidates[one.candidate].size;
}

/* What makes an entry dearer than a b-tree's. */
String
keys_words(const Case &one)
{
    if (one.definition().method != METHOD_GIN)
        return "";
    return " (a row has about " + number(keys_per_entry(one.definition(), size_of(one))) +
           " keys, each an entry of its own)";
}

String
wal_words(const Case &one, const WritePrice &price)
{
    const RelationFact &relation = one.relation();

    if (!relation.logged)
        return "no WAL, as the table is unlogged";
    String words = "about " + size_words(price.wal_bytes) + " of WAL an hour";
    if (relation.checkpoint_hours <= 0)
        return words;
    return words + ", and " + size_words(price.wal_page_bytes) + " of whole pages where a checkpoint comes each " +
           span_words(relation.checkpoint_hours);
}

String
hot_words(const Case &one, const WritePrice &price)
{
    const RelationFact &relation = one.relation();

    if (relation.updates_per_hour <= 0)
        return "";
    if (relation.hot_updates_per_hour <= 0)
        return " No update of the table is HOT, so none is lost.";
    if (price.hot_lost <= 0)
        return " No HOT update is lost: none that was seen sets a column of it that no index has yet.";
    return " At most " + number(price.hot_lost) +
           " HOT updates an hour are lost, all of the table's: some were seen to set a column of it. What they "
           "then "
           "write to the table's other indexes is in these figures.";
}

/* Where the planner's rows are far from those that were counted. */
String
correction_words(const Case &one, int32_t statement, double uncorrected_ms)
{
    for (const RequestFact &request : one.workload().requests_of(statement))
    {
        if (request.relation != one.definition().relation || request.planned_selectivity < 0)
            continue;
        const double rows = one.relation().rows;
        const String counted =
            " (counted: " + count(two_digits(std::max(rows * request.selectivity, 1.0)), "row", "rows") +
            " kept per call; the planner expects " + about(std::max(rows * request.planned_selectivity, 1.0));
        if (one.valuation.corrected(statement, one.with(statement)) > one.with(statement))
            return counted + ", by which it would be " + milliseconds(uncorrected_ms) + ")";
        if (request.planned_selectivity > request.selectivity)
            return counted + ", so that it may become less)";
        return counted + ")";
    }
    return "";
}

/* Nothing where one parameter set was observed, or all are alike. */
String
spread_words(const Case &one)
{
    const Spread spread = one.spread();
    const int32_t neutral = spread.total - spread.helped - spread.dearer;

    if (spread.helped == spread.total)
        return "";
    String words = " Helps " + number(spread.helped) + " of " + number(spread.total) + " observed parameter sets";
    if (neutral > 0)
        words += ", neutral in " + number(neutral);
    if (spread.dearer > 0)
        words += ", dearer in " + number(spread.dearer);
    return words + ".";
}

} // namespace

String
gain_words(const Case &one)
{
    const int32_t heaviest = one.statements.front();
    const StatementFact &statement = one.workload().statements()[heaviest];
    const double base = one.base(heaviest), with = one.with(heaviest);
    double load = 0;
    String words = "Planner's cost per call of the heaviest statement " + number(base) + " -> " + number(with);

    for (const int32_t number_of_it : one.valuation.by_load())
        load += one.valuation.load(number_of_it);
    if (statement.measured && statement.calls > 0 && base > 0)
    {
        const double ms = statement.total_ms / statement.calls;
        const double after = one.valuation.corrected(heaviest, with);
        words += ", measured " + milliseconds(ms) + " -> predicted " + milliseconds(ms * after / base) +
                 correction_words(one, heaviest, ms * with / base);
    }
    words += ". Taken out of the set, this index alone saves " + load_words(one, one.saved());
    if (load > 0)
        words += ", " + percent(one.saved() / load) + " of the load observed";
    return words + "." + spread_words(one);
}

String
price_words(const Case &one)
{
    const WritePrice price = write_price(one.workload().facts(), one.definition(), size_of(one));
    String words = size_words(size_of(one).bytes) + " on disk (estimated). ";

    if (!writes_are_known(one.relation()))
        return words +
               "How often the table is written to is not known yet: writes were not watched for long enough, "
               "and nothing is held against the index for them.";
    const String span = span_words(one.relation().write_hours);
    if (price.entries <= 0)
        return words + "Nothing that the index would hold was written in the " + span +
               " that were watched, so there are no entries to pay for.";
    words += number(price.entries / 3600) + " entries a second (" + number(price.entries) +
             " an hour, counted over " + span + ") from inserts and updates that are not HOT, about " +
             milliseconds(price.ms) + " of CPU an hour by a model" + keys_words(one) + "; " + wal_words(one, price);
    if (counted_ms(price) <= 0)
        words += "; too little to be measured";
    else if (wal_ms(price) > 0)
        words += "; both count against it, the WAL as " + milliseconds(wal_ms(price));
    return words + "." + hot_words(one, price);
}

} // namespace advisor
