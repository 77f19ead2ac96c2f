#include "rows.h"

namespace
{

constexpr int ACCOUNTS = 1000000;
constexpr int KEYS = 10000;

/* A permutation of 64 bits that looks random: the same key for all servers, without a generator to carry along. */
uint64_t
scatter(uint64_t n)
{
    n += 0x9e3779b97f4a7c15;
    n = (n ^ (n >> 30)) * 0xbf58476d1ce4e5b9;
    n = (n ^ (n >> 27)) * 0x94d049bb133111eb;
    return n ^ (n >> 31);
}

std::string
key_below(int limit, uint64_t serial)
{
    return std::to_string(1 + scatter(serial) % limit);
}

Transaction
one(std::string text)
{
    return {{std::move(text), {}}};
}

/* ---- pgbench's own ---- */

Transaction
select_transaction(uint64_t serial)
{
    return one("SELECT abalance FROM pgbench_accounts WHERE aid = " + key_below(ACCOUNTS, serial));
}

Row
select_simple(int clients)
{
    return {.name = "select_simple_" + std::to_string(clients),
            .what = "select-only, simple, clients: " + std::to_string(clients),
            .clients = clients,
            .transaction = select_transaction};
}

Row
select_prepared(int clients)
{
    auto transaction = [](uint64_t serial) { return Transaction{{{}, key_below(ACCOUNTS, serial)}}; };
    return {.name = "select_prepared_" + std::to_string(clients),
            .what = "select-only, prepared, clients: " + std::to_string(clients),
            .clients = clients,
            .prepared = "SELECT abalance FROM pgbench_accounts WHERE aid = $1",
            .transaction = transaction};
}

Transaction
read_write_transaction(uint64_t serial)
{
    std::string account = key_below(ACCOUNTS, serial);
    std::string teller = key_below(ACCOUNTS / 10000, serial ^ 1);
    std::string branch = key_below(ACCOUNTS / 100000, serial ^ 2);
    std::string delta = key_below(5000, serial ^ 3);

    return {{"BEGIN", {}},
            {"UPDATE pgbench_accounts SET abalance = abalance + " + delta + " WHERE aid = " + account, {}},
            {"SELECT abalance FROM pgbench_accounts WHERE aid = " + account, {}},
            {"UPDATE pgbench_tellers SET tbalance = tbalance + " + delta + " WHERE tid = " + teller, {}},
            {"UPDATE pgbench_branches SET bbalance = bbalance + " + delta + " WHERE bid = " + branch, {}},
            {"INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (" + teller + ", " + branch + ", " +
                 account + ", " + delta + ", CURRENT_TIMESTAMP)",
             {}},
            {"END", {}}};
}

/* ---- scans ---- */

Row
scan(const std::string &name, const std::string &what, const std::string &condition, bool parallel)
{
    std::string workers = parallel ? "2" : "0";
    return {.name = name,
            .what = what,
            .clients = 1,
            .session = {"SET max_parallel_workers_per_gather = " + workers},
            .transaction = [condition](uint64_t) { return one("SELECT count(*) FROM big WHERE " + condition); },
            .scale = 1e3,
            .unit = "ms",
            .parallel = parallel};
}

/* ---- many statements ---- */

Row
nested(const std::string &name, const std::string &what, const std::string &function, int statements)
{
    std::string call = "SELECT " + function + "(" + std::to_string(statements) + ")";
    return {.name = name,
            .what = what,
            .clients = 1,
            .transaction = [call](uint64_t) { return one(call); },
            .statements = static_cast<double>(statements),
            .scale = 1e9,
            .unit = "ns",
            .show_difference = true};
}

/* A select list that no other serial below 4^12 has; constants would not make another statement. */
std::string
distinct_list(uint64_t serial)
{
    std::string list;

    for (int i = 0; i < 12; i++, serial /= 4)
        list += std::string(i == 0 ? "" : ", ") + "c" + std::to_string(serial % 4);
    return list;
}

Row
texts(const std::string &name, const std::string &what, const std::string &rest, int times)
{
    auto transaction = [rest, times](uint64_t serial) {
        return Transaction(times, {"SELECT " + distinct_list(serial) + rest, {}});
    };

    return {.name = name,
            .what = what,
            .clients = 1,
            .transaction = transaction,
            .statements = static_cast<double>(times)};
}

Transaction
in_list(uint64_t serial)
{
    std::string text = "SELECT count(*) FROM few WHERE c0 IN (" + std::to_string(serial);

    for (uint64_t i = serial % 100; i > 0; i--)
        text += ", " + std::to_string(i);
    return one(text + ")");
}

Transaction
literal(uint64_t serial)
{
    return one("SELECT count(*) FROM few WHERE c0 = " + std::to_string(serial));
}

/* More statements than a small store holds, by turns. */
Transaction
texts_by_turns(uint64_t serial)
{
    return one("SELECT " + distinct_list(serial % 5000) + " FROM few WHERE c2 = 7");
}

/* One statement that comes again and again, among others that push it out of a small store. */
Transaction
known_among_new(uint64_t serial)
{
    return {{"SELECT sum(c3) FROM few WHERE c2 = 1", {}},
            {"SELECT " + distinct_list(serial) + " FROM few WHERE c3 = 7", {}}};
}

/* ---- planning ---- */

Transaction
join_of_twelve(uint64_t serial)
{
    std::string text = "SELECT count(*) FROM chain t1";

    for (int i = 2; i <= 12; i++)
    {
        std::string table = "t" + std::to_string(i);
        text += " JOIN chain " + table + " ON " + table + ".id = t" + std::to_string(i - 1) + ".next";
    }
    return one(text + " WHERE t1.id = " + key_below(KEYS, serial) + " AND t12.v > 0");
}

std::vector<Row>
make_rows()
{
    std::vector<Row> rows;

    for (int clients : {1, 16, 64})
        rows.push_back(select_simple(clients));
    for (int clients : {1, 16, 64})
        rows.push_back(select_prepared(clients));
    rows.push_back({.name = "read_write",
                    .what = "default script (7 statements), clients: 1",
                    .clients = 1,
                    .transaction = read_write_transaction});
    rows.push_back(scan("scan", "scan, keeps 1 row in 1,000", "a = 7", false));
    rows.push_back(scan("scan_half", "scan, keeps half", "a < 500", false));
    rows.push_back(scan("scan_parallel", "parallel scan, keeps 1 in 1,000", "a = 7", true));
    rows.push_back(nested("nested", "nested statement of PL/pgSQL, by key", "by_key", 100000));
    rows.push_back(nested("nested_suspects", "nested statement, filters 10 rows", "by_filter", 100000));
    for (const char *function : {"by_key", "by_filter"})
    {
        rows.push_back(nested(std::string("nested_few_") + function, "", function, 100));
        rows.back().on_demand = true;
    }
    for (auto [name, condition] : {std::pair("one", "c0 = 7"), std::pair("half", "c0 <= 5000")})
    {
        rows.push_back({.name = std::string("scan_few_") + name,
                        .what = "",
                        .clients = 1,
                        .transaction = [condition = condition](uint64_t)
                        { return one(std::string("SELECT count(*) FROM keyed WHERE ") + condition); },
                        .on_demand = true});
    }
    rows.push_back(texts("texts_key", "texts never seen before, by key", " FROM keyed WHERE id = 7", 1));
    rows.push_back(texts("texts", "texts never seen before, filter 100 rows", " FROM few WHERE c0 = 7", 1));
    rows.push_back(texts("texts_twice", "each text twice, filters 100 rows", " FROM few WHERE c1 = 7", 2));
    rows.push_back({.name = "in_lists",
                    .what = "IN lists of 1 to 100, filter 100 rows",
                    .clients = 1,
                    .transaction = in_list});
    rows.push_back({.name = "literals",
                    .what = "literals that never repeat, filter 100 rows",
                    .clients = 1,
                    .transaction = literal});
    rows.push_back({.name = "texts_by_turns",
                    .what = "5,000 statements by turns",
                    .clients = 1,
                    .transaction = texts_by_turns,
                    .on_demand = true});
    rows.push_back({.name = "known_among_new",
                    .what = "one statement among texts never seen before",
                    .clients = 1,
                    .transaction = known_among_new,
                    .statements = 2,
                    .on_demand = true});
    rows.push_back({.name = "join", .what = "12-table join, planned", .clients = 1, .transaction = join_of_twelve});
    return rows;
}

} // namespace

const std::vector<Row> &
all_rows()
{
    static const std::vector<Row> rows = make_rows();

    return rows;
}
