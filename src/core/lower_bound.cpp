#include "lower_bound.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "candidates.h"
#include "knapsack.h"

namespace advisor
{

namespace
{

/* After so many iterations, or when even small steps lead nowhere, the bound is what it is. */
constexpr int MAX_ITERATIONS = 400;
constexpr int PATIENCE = 8;
constexpr double LEAST_AMBITION = 0.005;

/* Closer to the incumbent nobody needs it. */
constexpr double CLOSE_ENOUGH = 0.001;

/* Cuts of one statement: the dearest and those of the fewest missing indexes matter most. */
constexpr std::size_t MAX_CUTS = 64;

/* Items among which whole ones are chosen. Where there are more of them each is small against the room. */
constexpr std::size_t MAX_WHOLE = 60;

/* Positions looked at in one run(), and in all: with thousands of statements a bound that is less tight has to do.
 */
constexpr std::size_t WORK = 2'000'000;
constexpr std::size_t MAX_WORK = 400'000'000;

/* Weight of the newest in the running mean of what is built. */
constexpr double NEWEST = 0.1;

/* A mean of less is no hope. */
constexpr double LEAST_HOPE = 0.05;

/*
 * The answer that chose among most of what any plan used. No cost is known to be the least beyond what one question
 * named, so this is how far the bound reaches.
 */
const KnownCell &
widest_of(std::span<const KnownCell> known)
{
    Configuration used;

    for (const KnownCell &cell : known)
        used = united(used, cell.cell.used);
    const auto reach = [&](const KnownCell &cell)
    {
        const std::size_t left_out = without(used, cell.configuration).size();
        return std::pair(used.size() - left_out, cell.configuration.size());
    };
    return *std::max_element(known.begin(), known.end(),
                             [&](const KnownCell &a, const KnownCell &b) { return reach(a) < reach(b); });
}

Vector<int32_t>
positions_of(std::span<const int32_t> members, std::span<const int32_t> items)
{
    Vector<int32_t> positions;

    for (const int32_t member : members)
        positions.push_back(
            static_cast<int32_t>(std::lower_bound(items.begin(), items.end(), member) - items.begin()));
    return positions;
}

} // namespace

double
objective(const CostTable &costs, const Valuation &valuation, std::span<const int32_t> configuration)
{
    double sum = valuation.upkeep(configuration);

    for (const int32_t statement : valuation.by_load())
        if (!costs.failed(statement) && costs.base(statement) != nullptr)
            sum += valuation.load_at(statement, costs.bounds(statement, configuration).most);
    return sum;
}

LowerBound::LowerBound(std::span<const Candidate> candidates, const AdvisorLimits &limits, const CostTable &costs,
                       const Valuation &valuation, const LowerBound *earlier)
    : candidates_(candidates), limits_(limits), costs_(costs), valuation_(valuation),
      term_of_(valuation.by_load().size(), NONE), worth_(candidates.size(), 0), built_(candidates.size(), 0),
      mean_built_(candidates.size(), 0)
{
    for (const int32_t statement : valuation.by_load())
        if (!costs.failed(statement) && costs.base(statement) != nullptr && valuation.load(statement) > 0)
            add_term(statement);
    if (earlier != nullptr)
        take_prices(*earlier);
    best_prices_ = prices_;
    best_ = constant_;
    for (const Term &term : terms_)
        best_ += term.floor;
}

/* ---- the cuts ---- */

void
LowerBound::add_term(int32_t statement)
{
    const KnownCell &widest = widest_of(costs_.known(statement));
    Term term = {statement, prices_.size(), Vector<int32_t>(widest.configuration), {}, 0, {}, {}};

    complete_ = complete_ && term.items.size() == costs_.relevant(statement).size();
    add_cuts(term, widest);
    if (term.cuts.empty())
    {
        constant_ += term.floor;
        return;
    }
    term_of_[statement] = static_cast<int32_t>(terms_.size());
    term.taken.assign(term.items.size(), 0);
    term.best_taken = term.taken;
    prices_.resize(prices_.size() + term.items.size(), 0);
    terms_.push_back(std::move(term));
}

/* Both have their terms in the same order; statements and items may have come and gone. */
void
LowerBound::take_prices(const LowerBound &earlier)
{
    std::size_t next = 0;

    for (const Term &term : terms_)
    {
        std::size_t there = next;

        while (there < earlier.terms_.size() && earlier.terms_[there].statement != term.statement)
            there++;
        if (there == earlier.terms_.size())
            continue;
        const Term &same = earlier.terms_[there];
        for (std::size_t i = 0; i < same.items.size(); i++)
        {
            const auto item = std::lower_bound(term.items.begin(), term.items.end(), same.items[i]);

            if (item != term.items.end() && *item == same.items[i])
                prices_[term.first + static_cast<std::size_t>(item - term.items.begin())] =
                    earlier.best_prices_[same.first + i];
        }
        next = there + 1;
    }
}

/*
 * What the planner says of a larger configuration is now and then dearer than what it said of a smaller one. The
 * cost that a cut claims is the cheapest of all that lie within it.
 */
void
LowerBound::add_cuts(Term &term, const KnownCell &widest)
{
    const auto known = costs_.known(term.statement);

    term.floor = valuation_.load_at(term.statement, widest.cell.cost);
    for (const KnownCell &cell : known)
        term.floor = std::min(term.floor, valuation_.load_at(term.statement, cell.cell.cost));
    for (const KnownCell &cell : known)
    {
        double cost = cell.cell.cost;

        for (const KnownCell &other : known)
            if (other.cell.cost < cost && is_subset(other.configuration, cell.configuration))
                cost = other.cell.cost;
        const double value = valuation_.load_at(term.statement, cost);
        const Configuration missing = without(term.items, cell.configuration);
        if (value > term.floor && !missing.empty())
            term.cuts.push_back({value, positions_of(missing, term.items)});
    }
    drop_dominated(term.cuts);
}

/* A cut says nothing if another claims as much and asks for one of fewer. Sorts by falling values. */
void
LowerBound::drop_dominated(Vector<Cut> &cuts)
{
    Vector<Cut> kept;

    std::sort(cuts.begin(), cuts.end(),
              [](const Cut &a, const Cut &b)
              {
                  if (a.value != b.value)
                      return a.value > b.value;
                  return a.missing.size() != b.missing.size() ? a.missing.size() < b.missing.size()
                                                              : a.missing < b.missing;
              });
    for (Cut &cut : cuts)
        if (kept.size() < MAX_CUTS &&
            std::none_of(kept.begin(), kept.end(),
                         [&](const Cut &other) { return is_subset(other.missing, cut.missing); }))
            kept.push_back(std::move(cut));
    cuts = std::move(kept);
}

/* ---- the prices ---- */

bool
LowerBound::run(double incumbent)
{
    std::size_t work = 0;

    while (work < WORK)
    {
        if (terms_.empty() || iterations_ >= MAX_ITERATIONS || ambition_ < LEAST_AMBITION ||
            best_ >= (1 - CLOSE_ENOUGH) * incumbent || work_ > MAX_WORK)
            return true;
        const std::size_t before = work;
        const double value = iterate(incumbent);
        const double slope_squared = slope();
        if (slope_squared <= 0)
            return true;
        move_prices(ambition_ * std::max(incumbent - value, 0.0) / slope_squared);
        for (const Term &term : terms_)
            work += term.items.size() * (1 + term.cuts.size());
        work_ += work - before;
    }
    return false;
}

/* The bound at these prices. */
double
LowerBound::iterate(double incumbent)
{
    double value = constant_;

    for (std::size_t i = 0; i < worth_.size(); i++)
        worth_[i] = -valuation_.upkeep(static_cast<int32_t>(i));
    for (Term &term : terms_)
    {
        value += pay(term);
        for (std::size_t i = 0; i < term.items.size(); i++)
            worth_[term.items[i]] += prices_[term.first + i];
    }
    value -= build();
    iterations_++;
    for (std::size_t i = 0; i < built_.size(); i++)
        mean_built_[i] = iterations_ == 1 ? built_[i] : (1 - NEWEST) * mean_built_[i] + NEWEST * built_[i];
    if (value > best_ + 1e-6 * incumbent)
        barren_ = 0;
    else if (++barren_ >= PATIENCE)
    {
        ambition_ /= 2;
        barren_ = 0;
    }
    keep_best(value);
    return value;
}

void
LowerBound::keep_best(double value)
{
    if (value < best_)
        return;
    best_ = value;
    best_prices_ = prices_;
    for (Term &term : terms_)
        term.best_taken = term.taken;
}

/*
 * What the statement pays at least, for its plan and for the indexes that make it possible. It pays for an index in
 * every cut that it goes below; to raise the dual of a cut is to take the price of the cheapest of its missing
 * indexes from all of them.
 */
double
LowerBound::pay(Term &term)
{
    Vector<int32_t> tightest;
    double raised = 0, least = std::numeric_limits<double>::infinity();
    std::size_t hit = 0; /* cuts to go below, for the least */

    residual_.assign(prices_.begin() + static_cast<std::ptrdiff_t>(term.first),
                     prices_.begin() + static_cast<std::ptrdiff_t>(term.first + term.items.size()));
    for (const Cut &cut : term.cuts)
    {
        if (raised + term.floor >= least)
            break;
        if (raised + cut.value < least)
        {
            least = raised + cut.value;
            hit = tightest.size();
        }
        const int32_t cheapest =
            *std::min_element(cut.missing.begin(), cut.missing.end(),
                              [&](int32_t a, int32_t b) { return residual_[a] < residual_[b]; });
        const double step = residual_[cheapest];
        for (const int32_t item : cut.missing)
            residual_[item] -= step;
        raised += step;
        tightest.push_back(cheapest);
    }
    if (raised + term.floor < least)
    {
        least = raised + term.floor;
        hit = tightest.size();
    }
    take(term, std::span<const int32_t>(tightest).first(hit));
    return least;
}

/* The indexes paid for: of the tight ones, as few as hit those cuts, the last cuts being the hardest to hit. */
void
LowerBound::take(Term &term, std::span<const int32_t> tightest)
{
    std::fill(term.taken.begin(), term.taken.end(), 0);
    for (std::size_t i = tightest.size(); i-- > 0;)
    {
        const Vector<int32_t> &missing = term.cuts[i].missing;

        if (std::none_of(missing.begin(), missing.end(), [&](int32_t item) { return term.taken[item] != 0; }))
            term.taken[tightest[i]] = 1;
    }
}

/* The most that indexes within the limits can be worth; fills built_. */
double
LowerBound::build()
{
    Vector<double> by_number(worth_.size(), 0);

    std::fill(built_.begin(), built_.end(), 0);
    const double bytes = build_by_bytes(built_);
    const double number = build_by_number(by_number);
    if (number < bytes)
        built_ = by_number;
    return std::min(bytes, number);
}

double
LowerBound::build_by_bytes(Vector<double> &built) const
{
    Vector<Item> items;
    Vector<double> taken;
    double sum = 0;

    for (std::size_t i = 0; i < worth_.size(); i++)
        if (worth_[i] > 0)
            items.push_back({static_cast<int32_t>(i), worth_[i], std::max(candidates_[i].size.bytes, 1.0)});
    if (items.size() <= MAX_WHOLE)
        sum = whole_knapsack(items, limits_.budget_bytes, taken);
    else
        sum = fractional_knapsack(items, limits_.budget_bytes, taken);
    for (std::size_t i = 0; i < items.size(); i++)
        built[items[i].number] = taken[i];
    return sum;
}

double
LowerBound::build_by_number(Vector<double> &built) const
{
    Vector<int32_t> best_first;
    Map<int32_t, int32_t> per_table;
    int32_t number = 0;
    double sum = 0;

    for (std::size_t i = 0; i < worth_.size(); i++)
        if (worth_[i] > 0)
            best_first.push_back(static_cast<int32_t>(i));
    std::stable_sort(best_first.begin(), best_first.end(),
                     [&](int32_t a, int32_t b) { return worth_[a] > worth_[b]; });
    for (const int32_t i : best_first)
    {
        if (number >= limits_.max_indexes)
            break;
        if (per_table[candidates_[i].definition.relation]++ >= limits_.max_indexes_per_table)
            continue;
        built[i] = 1;
        sum += worth_[i];
        number++;
    }
    return sum;
}

/* Of the subgradient z - x, squared. Where a price is 0 already, nothing can be taken off it. */
double
LowerBound::slope() const
{
    double sum = 0;

    for (const Term &term : terms_)
        for (std::size_t i = 0; i < term.items.size(); i++)
        {
            const double slope = term.taken[i] - built_[term.items[i]];

            if (slope > 0 || prices_[term.first + i] > 0)
                sum += slope * slope;
        }
    return sum;
}

void
LowerBound::move_prices(double step)
{
    for (const Term &term : terms_)
        for (std::size_t i = 0; i < term.items.size(); i++)
        {
            double &price = prices_[term.first + i];

            price = std::max(0.0, price + step * (term.taken[i] - built_[term.items[i]]));
        }
}

/* ---- what the relaxation would do ---- */

Vector<int32_t>
LowerBound::hopeful() const
{
    Vector<int32_t> hopeful;

    for (std::size_t i = 0; i < mean_built_.size(); i++)
        if (mean_built_[i] > LEAST_HOPE)
            hopeful.push_back(static_cast<int32_t>(i));
    std::stable_sort(hopeful.begin(), hopeful.end(),
                     [&](int32_t a, int32_t b) { return mean_built_[a] > mean_built_[b]; });
    return hopeful;
}

Configuration
LowerBound::hoped_for(int32_t statement) const
{
    Configuration hoped;

    if (term_of_[statement] == NONE)
        return hoped;
    const Term &term = terms_[term_of_[statement]];
    for (std::size_t i = 0; i < term.items.size(); i++)
        if (term.best_taken[i] != 0)
            hoped.push_back(term.items[i]);
    return hoped;
}

} // namespace advisor
