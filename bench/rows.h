/*
 * rows.h - what is sent to every server of a comparison, a row of the table each.
 *
 * A row makes the nth transaction from n alone, so that all servers get the same ones.
 * What it needs of the data is in bench/data.sql.
 */
#ifndef BENCH_ROWS_H
#define BENCH_ROWS_H

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

struct Statement
{
    std::string text;
    /* Of the session's prepared statement, whose only parameter this is: text is not sent. */
    std::string parameter;
};

using Transaction = std::vector<Statement>;

struct Row
{
    std::string name;
    std::string what;
    int clients;
    /* Sent once in every session; then this is prepared, if not empty. */
    std::vector<std::string> session = {};
    std::string prepared = {};
    std::function<Transaction(uint64_t serial)> transaction = {};
    /* Statements that the figures are for, in one transaction. */
    double statements = 1;
    /* What figures are told in: seconds * scale. */
    double scale = 1e6;
    std::string unit = "µs";
    /* Its CPU is also spent by parallel workers. */
    bool parallel = false;
    /* Told in figures over the server that nothing watches, too. */
    bool show_difference = false;
    /* Run only where its whole name is given: for other ends than a table of times. */
    bool on_demand = false;
};

const std::vector<Row> &all_rows();

#endif
