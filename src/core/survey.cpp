#include "survey.h"

#include <algorithm>
#include <iterator>

#include "candidates.h"
#include "workload.h"

namespace advisor
{

namespace
{

/* Candidates in one question: beyond this the planner itself gets slow. */
constexpr std::size_t GROUP = 400;

/* Statements that are surveyed at a time. */
constexpr std::size_t WINDOW = 64;

/* How often something is peeled off a group. */
constexpr int MAX_PEELS = 40;

/* At this share of its cost a statement has nothing left to gain. */
constexpr double NOTHING_LEFT = 0.98;

/* Without what a plan used, one that costs no more than this is much the same plan. */
constexpr double MUCH_THE_SAME = 1.01;

bool
begin_alike(const IndexDefinition &a, const IndexDefinition &b)
{
    return a.relation == b.relation && a.keys[0].attribute == b.keys[0].attribute;
}

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
        else if (phase_ == Phase::PEEL)
            peel(inquiry);
        else
            unite(inquiry);
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
    if (phase_ == Phase::BASE || phase_ == Phase::FLOOR)
        freeze();
    bundle();
    phase_ = Phase::DONE;
}

std::span<const int32_t>
Survey::window() const
{
    const auto rest = problem_.valuation.by_load().subspan(first_);

    return rest.first(std::min(rest.size(), WINDOW));
}

std::span<const int32_t>
Survey::live_window() const
{
    return std::span<const int32_t>(problem_.live).subspan(first_live_);
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
    for (const int32_t statement : window())
        inquiry.cell(statement, {});
    if (inquiry.pending() == 0)
        phase_ = Phase::FLOOR;
}

void
Survey::floor(Inquiry &inquiry)
{
    for (const int32_t statement : window())
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

    for (const int32_t statement : window())
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
    for (const int32_t statement : live_window())
    {
        peel_best(statement, inquiry);
        for (const Configuration &group : groups_of(statement))
            peel(statement, group, inquiry);
        peel(statement, narrow_ones(statement), inquiry);
    }
    if (inquiry.pending() == 0)
        phase_ = Phase::UNITE;
}

/*
 * Off the largest table first: its indexes are what a budget is spent on, and as long as all others are there, what
 * a plan costs without those is a bound for every set that lacks them.
 */
void
Survey::peel(int32_t statement, Configuration left, Inquiry &inquiry)
{
    const double base = problem_.costs.base(statement)->cost;
    double before = 0;

    for (int i = 0; i < MAX_PEELS; i++)
    {
        const Cell *cell = inquiry.cell(statement, left);

        if (cell == nullptr || cell->used.empty())
            return;
        for (const int32_t one : cell->used)
            inquiry.cell(statement, std::span(&one, 1));
        if (cell->cost >= NOTHING_LEFT * base)
            return;
        const Configuration used = on_largest_table(cell->used);
        left = without(left, cell->cost <= MUCH_THE_SAME * before ? kin_of(used, left) : used);
        before = cell->cost;
    }
}

Configuration
Survey::on_largest_table(const Configuration &used) const
{
    const auto table = [&](int32_t candidate) { return problem_.candidates[candidate].definition.relation; };
    const auto rows = [&](int32_t candidate) { return problem_.workload.relations()[table(candidate)].rows; };
    const int32_t largest =
        *std::max_element(used.begin(), used.end(), [&](int32_t a, int32_t b) { return rows(a) < rows(b); });
    Configuration there;

    std::copy_if(used.begin(), used.end(), std::back_inserter(there),
                 [&](int32_t candidate) { return table(candidate) == table(largest); });
    return there;
}

/* Those that begin with the same key as one of them: where they take each other's place they need not go one by
 * one. */
Configuration
Survey::kin_of(const Configuration &used, const Configuration &among) const
{
    Configuration kin;

    for (const int32_t one : among)
        if (std::any_of(used.begin(), used.end(),
                        [&](int32_t other) {
                            return begin_alike(problem_.candidates[one].definition,
                                               problem_.candidates[other].definition);
                        }))
            kin.push_back(one);
    return kin;
}

/* One key and nothing else: the best plan prefers wider ones, where there is little room these are what there is.
 */
Configuration
Survey::narrow_ones(int32_t statement) const
{
    const auto relevant = problem_.costs.relevant(statement);
    Configuration narrow;

    std::copy_if(relevant.begin(), relevant.end(), std::back_inserter(narrow),
                 [&](int32_t candidate)
                 {
                     const IndexDefinition &definition = problem_.candidates[candidate].definition;
                     return definition.n_keys == 1 && definition.n_includes == 0;
                 });
    narrow.resize(std::min(narrow.size(), GROUP));
    return narrow;
}

/* Where there are groups: with all that any of their plans used, which is how far the bound reaches
 * (lower_bound.cpp). */
void
Survey::unite(Inquiry &inquiry)
{
    for (const int32_t statement : live_window())
    {
        Configuration used;

        if (problem_.costs.relevant(statement).size() <= GROUP)
            continue;
        for (const KnownCell &known : problem_.costs.known(statement))
            used = united(used, known.cell.used);
        inquiry.cell(statement, used);
    }
    if (inquiry.pending() == 0)
        next_window();
}

void
Survey::next_window()
{
    first_ += window().size();
    first_live_ = problem_.live.size();
    phase_ = Phase::BASE;
    if (window().empty())
    {
        bundle();
        phase_ = Phase::DONE;
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
