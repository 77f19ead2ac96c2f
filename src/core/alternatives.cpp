#include "alternatives.h"

#include <algorithm>

#include "candidates.h"
#include "definition.h"

namespace advisor
{

namespace
{

bool
same_keys(const IndexDefinition &a, const IndexDefinition &b)
{
    return a.n_keys == b.n_keys && is_key_prefix(a, b);
}

bool
same_key_attributes(const IndexDefinition &a, const IndexDefinition &b)
{
    if (a.n_keys != b.n_keys)
        return false;
    for (int i = 0; i < a.n_keys; i++)
        if (!has_key(b, a.keys[i].attribute))
            return false;
    return true;
}

/* How much a comparison with the shape tells about the choice: 0 most, 5 nothing in particular. */
int
kinship(const IndexDefinition &chosen, const IndexDefinition &other)
{
    if (chosen.n_predicates == other.n_predicates)
    {
        if (same_key_attributes(chosen, other) && chosen.keys[0].attribute != other.keys[0].attribute)
            return 0;
        if (same_keys(chosen, other))
            return 1;
        if (is_key_prefix(other, chosen) || is_key_prefix(chosen, other))
            return 2;
        return same_key_attributes(chosen, other) ? 4 : 5;
    }
    return has_key(other, chosen.keys[0].attribute) || has_key(chosen, other.keys[0].attribute) ? 3 : 5;
}

/* The lowest cost of the statements that the candidate is known to give alone, as a sum of shares of their base. */
double
share_left_alone(const CostTable &costs, int32_t candidate, std::span<const int32_t> statements)
{
    double sum = 0;

    for (const int32_t statement : statements)
    {
        const Cell *alone = costs.find(statement, std::span<const int32_t>(&candidate, 1));
        const Cell *base = costs.base(statement);

        sum += alone != nullptr && base != nullptr && base->cost > 0 ? alone->cost / base->cost : 1;
    }
    return sum;
}

struct Kin
{
    int32_t candidate;
    int kinship;
    double left;
};

} // namespace

Vector<int32_t>
statements_using(std::span<const Candidate> candidates, const CostTable &costs, const Valuation &valuation,
                 std::span<const int32_t> chosen, int32_t candidate)
{
    Vector<int32_t> statements;

    for (const int32_t statement : candidates[candidate].statements)
    {
        const Cell *cell = costs.failed(statement) ? nullptr : costs.find(statement, chosen);

        if (cell != nullptr && contains(cell->used, candidate))
            statements.push_back(statement);
    }
    valuation.sort_by_load(statements);
    return statements;
}

Vector<int32_t>
alternatives_to(std::span<const Candidate> candidates, const CostTable &costs, std::span<const int32_t> chosen,
                int32_t candidate, std::span<const int32_t> statements)
{
    const IndexDefinition &definition = candidates[candidate].definition;
    const CandidateRange range = candidates_beside(candidates, candidate);
    Vector<Kin> kin;
    Vector<int32_t> result;

    for (int32_t other = range.first; other < range.end; other++)
    {
        const Vector<int32_t> &concerned = candidates[other].statements;

        if (contains(chosen, other) ||
            std::none_of(statements.begin(), statements.end(), [&](int32_t s) { return contains(concerned, s); }))
            continue;
        kin.push_back(
            {other, kinship(definition, candidates[other].definition), share_left_alone(costs, other, statements)});
    }
    std::stable_sort(kin.begin(), kin.end(),
                     [](const Kin &a, const Kin &b)
                     { return a.kinship != b.kinship ? a.kinship < b.kinship : a.left < b.left; });
    for (const Kin &one : kin)
        if (result.size() < MAX_ALTERNATIVES)
            result.push_back(one.candidate);
    return result;
}

} // namespace advisor
