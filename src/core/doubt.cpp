#include "doubt.h"

#include <algorithm>

#include "alternatives.h"
#include "workload.h"

namespace advisor
{

namespace
{

/* Of what it promises, an index that joins others has to save so much in memory: the rest may be pages. */
constexpr double LEAST_OF_PROMISE = 0.5;

double
share_saved(double before, double after)
{
    return before > 0 ? 1 - after / before : 0;
}

} // namespace

Doubt::Doubt(const Problem &problem)
    : problem_(problem), costs_(static_cast<int32_t>(problem.workload.statements().size()), problem.candidates),
      inquiry_(costs_)
{
}

int32_t
Doubt::find(const Configuration &chosen)
{
    for (const int32_t candidate : chosen)
    {
        const Vector<int32_t> statements =
            statements_using(problem_.candidates, problem_.costs, problem_.valuation, chosen, candidate);

        if (!statements.empty() && std::ranges::none_of(statements, [&](int32_t statement)
                                                        { return is_missed(candidate, statement, chosen); }))
            return candidate;
    }
    return NONE;
}

/* Or nobody knows yet. What serves a statement alone is not doubted: without it all would be read. */
bool
Doubt::is_missed(int32_t candidate, int32_t statement, const Configuration &chosen)
{
    const Cell *cell = problem_.costs.find(statement, chosen);

    if (cell == nullptr || cell->used.size() < 2 || !problem_.valuation.in_memory(statement))
        return true;
    const Configuration rest = without(chosen, candidate);
    const auto with = inquiry_.cost(statement, chosen);
    const auto less = inquiry_.cost(statement, rest);
    const double promised = share_saved(problem_.costs.bounds(statement, rest).most, cell->cost);

    return !with.has_value() || !less.has_value() ||
           (problem_.valuation.improves(*less, *with) && share_saved(*less, *with) >= LEAST_OF_PROMISE * promised);
}

} // namespace advisor
