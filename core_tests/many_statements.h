/*
 * many_statements.h - an application of as many tables and statements as one likes.
 *
 * The tables are alike, and so are the statements: one row of few, the newest of somebody's, a range, a join with
 * the next table. The n-th is on the columns of the n-th combination, so that indexes of one serve some of the
 * others. What differs from one size to the next is the number alone.
 */
#ifndef MANY_STATEMENTS_H
#define MANY_STATEMENTS_H

#include <string>
#include <vector>

#include "facts_builder.h"

class ManyStatements
{
  public:
    FactsBuilder facts;

    ManyStatements(int statements, int tables)
    {
        for (int t = 0; t < tables; t++)
            add_table(t);
        for (int i = 0; i < statements; i++)
            add_statement(i);
    }

  private:
    static constexpr int COLUMNS = 16;

    void
    add_table(int number)
    {
        const int table = facts.table("t" + std::to_string(number), 100000, 1500);

        facts.relations.back().inserts_per_hour = 100000;
        columns_.emplace_back();
        columns_.back().push_back(facts.column(table, "id", -1));
        facts.attributes.back().n_distinct = 100000;
        for (int c = 1; c <= COLUMNS; c++)
            columns_.back().push_back(facts.column(table, "c" + std::to_string(c), c * 97 + 3));
    }

    void
    add_statement(int number)
    {
        const int tables = static_cast<int>(columns_.size()), t = number % tables, k = number / tables;
        const int a = k % COLUMNS + 1, b = (k + 1 + k / COLUMNS % (COLUMNS - 1)) % COLUMNS + 1;
        const int c = (a * 7 + b * 3 + k / (COLUMNS * (COLUMNS - 1))) % COLUMNS + 1;
        const std::vector<int> &own = columns_[t], &next = columns_[(t + 1) % tables];

        facts.statement(number, 100000 + number * 7919 % 99700).on(t);
        switch (number % 5)
        {
            case 0:
                facts.equal(own[a]).equal(own[b]).where(PREDICATE_RANGE, own[c], 0.3);
                break;
            case 1:
                facts.equal(own[a]).order(own[b], true).order(own[0]).limit();
                break;
            case 2:
                facts.where(PREDICATE_RANGE, own[a], 0.02).equal(own[b]).needs({own[a], own[b]});
                break;
            case 3:
                facts.equal(own[c]).on((t + 1) % tables).where(PREDICATE_JOIN, next[a], 0.01).equal(next[b]);
                break;
            default:
                facts.equal(own[a]).equal(own[c]);
                break;
        }
    }

    std::vector<std::vector<int>> columns_; /* by table: its attributes, the first one unique */
};

#endif
