#include "verdict_paging.h"

#include <algorithm>

#include "words.h"
#include "workload.h"

namespace advisor
{

namespace
{

constexpr double MANY_IN_A_ROW = 100;

/* A page that begins behind so many rows is not the first that somebody looks at. */
constexpr double DEEP = 1000;

/* Of its table, what a scan reads that ends early. */
constexpr double PART = 0.5;

/* (a, b) > ($, $), or the same spelt out where directions differ. */
String
keyset(const Workload &workload, std::span<const OrderFact> orders)
{
    const bool one_way = std::all_of(orders.begin(), orders.end(),
                                     [&](const OrderFact &o) { return o.descending == orders[0].descending; });
    String columns, values, spelt, equal;

    for (const OrderFact &order : orders)
    {
        const char *sql = workload.attributes()[order.attribute].sql;
        columns.append(columns.empty() ? "" : ", ").append(sql);
        values.append(values.empty() ? "$" : ", $");
        spelt.append(spelt.empty() ? "" : " OR ")
            .append(equal)
            .append(sql)
            .append(order.descending ? " < $" : " > $");
        equal.append(sql).append(" = $ AND ");
    }
    if (orders.size() == 1)
        return spelt;
    if (!one_way)
        return "(" + spelt + ")";
    return "(" + columns + (orders[0].descending ? ") < (" : ") > (") + values + ")";
}

/* A condition that keeps more than this would not have been worth an index inside either. */
constexpr double FEW_ROWS = 0.1;

} // namespace

bool
is_repeated(const StatementFact &statement)
{
    return statement.streak >= MANY_IN_A_ROW;
}

String
repeated_words(const StatementFact &statement)
{
    String words =
        "It ran at least " + number(statement.streak) + " times in a row, or in one transaction, of one session";

    if (statement.origin != nullptr)
        words.append(" (").append(statement.origin).append(")");
    return words +
           ", once for each of many values: have them fetched or written by one statement, with = ANY ($) or a "
           "join. Where a connection looks up one key after another for many callers, that is how it is.";
}

bool
pages_deeply(const RequestFact &request)
{
    return request.has_limit && request.offset_rows >= DEEP && request.n_orders > 0 && request.order_complete;
}

String
keyset_words(const Workload &workload, const RequestFact &request)
{
    const std::span<const OrderFact> orders = workload.orders_of(request);
    const String read = request.rows_read < 0 ? String("all of them are read")
                                              : count(request.rows_read, "row is", "rows are") + " read";

    return "OFFSET passes over rows that are read for nothing; for each page " + read +
           ". Remember the last row of a page, and write WHERE " + keyset(workload, orders) +
           " instead of OFFSET, in the same order and with the same LIMIT; the columns have to be NOT NULL, and "
           "together "
           "unique.";
}

bool
stops_early(const Workload &workload, const RequestFact &request)
{
    const RelationFact &relation = workload.relations()[request.relation];

    return request.has_limit && request.sequential && request.rows_read >= 0 && relation.rows > 0 &&
           request.rows_read < PART * relation.rows;
}

String
stop_words(const Workload &workload, const RequestFact &request)
{
    const RelationFact &relation = workload.relations()[request.relation];

    return "Nothing to do: the scan ends at its LIMIT, after " + count(request.rows_read, "row", "rows") +
           " of about " + about(relation.rows) + " on average.";
}

bool
is_outside(const RequestFact &request)
{
    return request.outside != nullptr && request.outside_why != nullptr && request.outside_selectivity <= FEW_ROWS;
}

String
outside_words(const Workload &workload, const RequestFact &request)
{
    return String(request.outside) + ", which " + percent(request.outside_selectivity) + " of " +
           workload.relations()[request.relation].name +
           " meet, is applied to what was read: " + request.outside_why + ".";
}

} // namespace advisor
