/*
 * cost_table.h - what is known about costs: (statement, configuration) -> cost.
 *
 * A configuration is a set of candidates that exist besides the real indexes,
 * as ascending candidate numbers. The planner is the only source of costs; the
 * table remembers each answer and answers what follows from the answers:
 *
 * 1. Relevance. Only candidates that can matter to a statement count, so a
 *    configuration is projected on them first.
 * 2. The used-set rule. If the plan under C uses U, then every configuration
 *    between U and C has that same plan as its best one, at the same cost.
 * 3. Bounds. More indexes never make a plan dearer (up to the planner's own
 *    fuzz of 1 %), so known subsets bound a cost from above, known supersets
 *    from below. Bounds order the questions; they never stand in for a cost.
 *
 * A statement that the planner refuses once is left out for good.
 */
#ifndef ADVISOR_COST_TABLE_H
#define ADVISOR_COST_TABLE_H

#include <cstdint>
#include <span>

#include "facts.h"
#include "memory.h"

namespace advisor
{

struct Candidate;

using Configuration = Vector<int32_t>;

struct Cell
{
    double cost;          /* planner units, mean over the parameter sets */
    Configuration used;   /* candidates that the plan uses */
    int32_t calls;        /* of the planner */
    Vector<double> binds; /* the cost for each parameter set; none where there is but one */
};

/* An answer with the configuration it is for. */
struct KnownCell
{
    Configuration configuration;
    Cell cell;
};

/* What of the table knew a cost. */
enum class Layer
{
    RELEVANCE, /* known for the same configuration without what cannot matter */
    CACHE,     /* known for this very configuration */
    USED_SET,  /* by rule 2 */
    NOBODY
};

struct Found
{
    const Cell *cell; /* nullptr: nobody knew */
    Layer layer;
};

/* A cost lies between these. */
struct Bounds
{
    double least, most;
    Layer layer; /* NOBODY: by rule 3; else both are the cost */
};

class CostTable
{
  public:
    /* statements: their number; both must outlive the table unchanged. */
    CostTable(int32_t statements, std::span<const Candidate> candidates);

    /* Candidates that can matter to the statement, ascending. */
    std::span<const int32_t> relevant(int32_t statement) const;

    Configuration project(int32_t statement, std::span<const int32_t> configuration) const;

    /* The cost that is known or follows by rule 2. Valid until the next learn(). */
    Found look_up(int32_t statement, std::span<const int32_t> configuration) const;

    /* As look_up; nullptr if nobody knew. */
    const Cell *
    find(int32_t statement, std::span<const int32_t> configuration) const
    {
        return look_up(statement, configuration).cell;
    }

    /* Cost without any candidate; nullptr until known. */
    const Cell *base(int32_t statement) const;

    /* The cost where it is known, else what rule 3 says: at least 0, at most the base cost. Needs base(). */
    Bounds bounds(int32_t statement, std::span<const int32_t> configuration) const;

    void learn(int32_t statement, std::span<const int32_t> configuration, Cell cell);
    void fail(int32_t statement);
    bool failed(int32_t statement) const;

    /* All answers for a statement, in the order they came. */
    std::span<const KnownCell> known(int32_t statement) const;

    /* The statements that answers were for, in the order they came: what is behind what somebody saw last is news.
     */
    std::span<const int32_t>
    answered() const
    {
        return answered_;
    }

  private:
    /* A set of the statement's relevant candidates, by their positions among these. */
    struct Positions
    {
        Vector<int32_t> members; /* ascending */
        Vector<uint64_t> bits;

        bool
        holds(int32_t position) const
        {
            return (bits[static_cast<std::size_t>(position) / 64] >> (position % 64) & 1) != 0;
        }
        bool contains(const Vector<int32_t> &others) const;
    };

    /* What a question about more than one candidate was answered. */
    struct KnownSet
    {
        int32_t cell; /* position in cells */
        Vector<int32_t> used;
        Positions asked;
    };

    struct Row
    {
        Vector<int32_t> relevant;
        Map<Vector<int32_t>, int32_t> exact; /* members -> position in cells */
        Vector<KnownCell> cells;
        Vector<KnownSet> sets;
        Vector<double> alone; /* lowest known cost of a plan that uses this relevant one alone */
        int32_t base = NONE;  /* position in cells */
        bool failed = false;
    };

    static void place(const Row &row, std::span<const int32_t> configuration, Positions &positions);
    static Found look_up_placed(const Row &row, const Positions &positions, std::size_t size);
    static Found find_placed(const Row &row, const Positions &positions);

    Vector<Row> rows_;
    Vector<int32_t> answered_;
    mutable Positions looked_up_; /* of the last look-up: it needs no memory of its own then */
};

/* Set operations on ascending numbers. */
bool contains(std::span<const int32_t> set, int32_t member);
bool is_subset(std::span<const int32_t> smaller, std::span<const int32_t> larger);
Configuration united(std::span<const int32_t> a, std::span<const int32_t> b);
Configuration without(std::span<const int32_t> set, std::span<const int32_t> removed);
Configuration without(std::span<const int32_t> set, int32_t removed);

} // namespace advisor

#endif
