#include "survey.h"

#include <algorithm>

#include "candidates.h"

namespace advisor
{

namespace
{

/* Candidates in one question: beyond this the planner itself gets slow. */
constexpr std::size_t GROUP = 40;

/* How often something is peeled off a group. */
constexpr int MAX_PEELS = 40;

} // namespace

bool
Survey::run(Inquiry &inquiry)
{
    while (phase_ != Phase::DONE)
    {
        if (phase_ == Phase::BASE)
            base(inquiry);
        else if (phase_ == Phase::FLOOR)
            floor(inquiry);
        else
            peel(inquiry);
        if (inquiry.pending() > 0)
            return false;
    }
    return true;
}

void
Survey::cut_short()
{
    if (phase_ == Phase::DONE)
        return;
    if (phase_ != Phase::PEEL)
        freeze();
    bundle();
    phase_ = Phase::DONE;
}

/* Its costs are known and it can be reasoned about. */
bool
Survey::planned(int32_t statement) const
{
    return !problem_.costs.failed(statement) && problem_.costs.base(statement) != nullptr;
}

void
Survey::base(Inquiry &inquiry)
{
    for (const int32_t statement : problem_.valuation.by_load())
        inquiry.cell(statement, {});
    if (inquiry.pending() == 0)
        phase_ = Phase::FLOOR;
}

void
Survey::floor(Inquiry &inquiry)
{
    for (const int32_t statement : problem_.valuation.by_load())
        if (planned(statement))
            ask_floor(statement, inquiry);
    if (inquiry.pending() > 0)
        return;
    freeze();
    phase_ = Phase::PEEL;
}

/* With all its candidates; where they are too many, in groups, and then with what the groups' plans used. */
void
Survey::ask_floor(int32_t statement, Inquiry &inquiry)
{
    Configuration used;
    bool known = true;

    for (const Configuration &group : groups_of(statement))
    {
        const Cell *cell = inquiry.cell(statement, group);

        known = known && cell != nullptr;
        if (cell != nullptr)
            used = united(used, cell->used);
    }
    if (known)
        inquiry.cell(statement, used);
}

/* The statement's candidates, those with more keys first, in as many groups as it takes. */
Vector<Configuration>
Survey::groups_of(int32_t statement) const
{
    const auto relevant = problem_.costs.relevant(statement);
    Vector<int32_t> candidates(relevant.begin(), relevant.end());
    Vector<Configuration> groups;

    std::stable_sort(candidates.begin(), candidates.end(),
                     [&](int32_t a, int32_t b) {
                         return problem_.candidates[a].definition.n_keys > problem_.candidates[b].definition.n_keys;
                     });
    for (std::size_t first = 0; first < candidates.size(); first += GROUP)
    {
        const std::size_t n = std::min(GROUP, candidates.size() - first);

        groups.emplace_back(candidates.begin() + static_cast<std::ptrdiff_t>(first),
                            candidates.begin() + static_cast<std::ptrdiff_t>(first + n));
        std::sort(groups.back().begin(), groups.back().end());
    }
    return groups;
}

/* Settles which statements have something to gain. */
void
Survey::freeze()
{
    const Valuation &valuation = problem_.valuation;

    for (const int32_t statement : valuation.by_load())
        if (planned(statement) && valuation.load(statement) > 0 &&
            valuation.attracts(statement, problem_.costs.base(statement)->cost, lowest(statement).cell.cost))
            problem_.live.push_back(statement);
}

/* The cheapest plan known. */
const KnownCell &
Survey::lowest(int32_t statement) const
{
    const auto known = problem_.costs.known(statement);

    return *std::min_element(known.begin(), known.end(),
                             [](const KnownCell &a, const KnownCell &b) { return a.cell.cost < b.cell.cost; });
}

void
Survey::peel(Inquiry &inquiry)
{
    for (const int32_t statement : problem_.live)
    {
        peel_best(statement, inquiry);
        for (const Configuration &group : groups_of(statement))
            peel(statement, group, inquiry);
    }
    if (inquiry.pending() > 0)
        return;
    bundle();
    phase_ = Phase::DONE;
}

void
Survey::peel(int32_t statement, Configuration left, Inquiry &inquiry)
{
    for (int i = 0; i < MAX_PEELS; i++)
    {
        const Cell *cell = inquiry.cell(statement, left);

        if (cell == nullptr || cell->used.empty())
            return;
        const Configuration used = cell->used;
        for (const int32_t one : used)
            inquiry.cell(statement, std::span(&one, 1));
        left = without(left, used);
    }
}

void
Survey::peel_best(int32_t statement, Inquiry &inquiry)
{
    const KnownCell best = lowest(statement);

    for (const int32_t used : best.cell.used)
        inquiry.cell(statement, without(best.configuration, used));
}

/* What plans use together can be added together. */
void
Survey::bundle()
{
    Set<Configuration> bundles;

    for (const int32_t statement : problem_.live)
        for (const KnownCell &known : problem_.costs.known(statement))
            if (known.cell.used.size() > 1)
                bundles.insert(known.cell.used);
    problem_.bundles.assign(bundles.begin(), bundles.end());
}

} // namespace advisor
