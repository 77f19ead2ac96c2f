#include "valuation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "candidates.h"
#include "workload.h"
#include "write_cost.h"

namespace advisor
{

namespace
{

/* More than this share nobody has to promise. */
constexpr double MOST_ASKED = 0.9;

/* A hundredth of a core. */
constexpr double LITTLE_TIME_MS = 0.01 * MS_PER_HOUR;

/*
 * What a byte of index has to save an hour: 1 GB with its copies and backups costs what some 0.3 % of a core do,
 * 10 s an hour.
 */
constexpr double RENT_MS_PER_BYTE = 10.0 / (1 << 20);

/* A page of 8 kB from a disk that reads 500 MB a second; what takes less per page was in memory. */
constexpr double MS_PER_PAGE_READ = 0.016;

/* So much dearer is as dear as can be told: beyond it sums are no longer finite. */
constexpr double MOST_TIMES = 1e100;

bool
any_measured(const Workload &workload)
{
    const auto statements = workload.statements();

    return std::any_of(statements.begin(), statements.end(), [](const StatementFact &s) { return s.measured; });
}

/*
 * The least that one b-tree leaves of the table: what all equalities keep together, and the narrowest range. 0
 * where another method or a partial index may do better, and where two conditions make one range.
 */
double
left_by_search(const Workload &workload, const RequestFact &request)
{
    double equalities = 1, range = 1;
    Set<int32_t> ranged;

    for (const SearchFact &search : workload.searches_of(request))
        if (search.predicate == NONE || workload.predicates()[search.predicate].kind == PREDICATE_OTHER)
            return 0;
    for (const PredicateFact &predicate : workload.predicates_of(request))
    {
        if (predicate.or_group != 0 || predicate.selectivity < 0 || predicate.partial_sql[0] != '\0')
            return 0;
        if (predicate.kind == PREDICATE_RANGE && !ranged.insert(predicate.attribute).second)
            return 0;
        if (predicate.kind == PREDICATE_RANGE)
            range = std::min(range, predicate.selectivity);
        else if (predicate.kind != PREDICATE_OTHER)
            equalities *= predicate.selectivity;
    }
    return range * equalities;
}

/* The fraction that the statement's only filter keeps; 0 where it joins, or an order lets it stop early. */
double
kept_by_lone_filter(const Workload &workload, int32_t statement)
{
    const auto requests = workload.requests_of(statement);

    if (requests.size() != 1 || requests[0].n_predicates == 0 ||
        (requests[0].has_limit && requests[0].n_orders > 0))
        return 0;
    return requests[0].selectivity;
}

/* The statement's only filter is searched for: what is read through an index at least, more than it keeps where two
 * ranges narrow it only together. */
double
read_by_lone_filter(const Workload &workload, int32_t statement)
{
    const double kept = kept_by_lone_filter(workload, statement);

    return kept > 0 ? std::max(kept, left_by_search(workload, workload.requests_of(statement)[0])) : kept;
}

/* All its tables are searched by an index already. */
bool
is_searched(const Workload &workload, int32_t statement)
{
    const auto requests = workload.requests_of(statement);

    return std::none_of(requests.begin(), requests.end(),
                        [](const RequestFact &request) { return request.served_by == NONE; });
}

/* The planner's settings for the processor's part, at their defaults, and for a page after the one before. */
constexpr double ROW_COST = 0.01;
constexpr double NEXT_PAGE_COST = 1;

/*
 * The planner's price for visits of so many rows in the order of their pages (index_pages_fetched and
 * cost_bitmap_heap_scan): the more of the table's pages they are, the less is each.
 */
double
visits_cost(const RelationFact &relation, double rows, double random_page_cost)
{
    const double pages = std::max(relation.pages, 1.0);
    const double fetched = std::min(pages, 2 * pages * rows / (2 * pages + rows));
    const double page =
        random_page_cost - (random_page_cost - NEXT_PAGE_COST) * std::sqrt(std::min(1.0, fetched / pages));

    return fetched * page + ROW_COST * rows;
}

} // namespace

Valuation::Correction
Valuation::correction_of(const Workload &workload, int32_t statement)
{
    const double kept = kept_by_lone_filter(workload, statement);

    if (kept <= 0)
        return {};
    const RequestFact &request = workload.requests_of(statement)[0];
    const RelationFact &relation = workload.relations()[request.relation];
    if (request.planned_selectivity < 0 || request.planned_selectivity >= kept)
        return {};
    const auto cost = [&](double share)
    { return visits_cost(relation, std::max(share * relation.rows, 1.0), request.random_page_cost); };
    return {std::max(cost(kept) - cost(request.planned_selectivity), 0.0), kept};
}

Valuation::Valuation(const Workload &workload, std::span<const Candidate> candidates, const AdvisorLimits &limits,
                     const CostTable &costs)
    : workload_(workload), candidates_(candidates), limits_(limits), costs_(costs),
      measured_(any_measured(workload))
{
    const auto statements = workload.statements();
    const double weight = measured_ ? limits.write_weight : 0;

    for (const StatementFact &statement : statements)
        loads_.push_back(statement.hours > 0 ? std::max(statement.total_ms, 0.0) / statement.hours : 0);
    if (measured_)
        least_gain_ =
            LEAST_SHARE_OF_LOAD * std::min(std::accumulate(loads_.begin(), loads_.end(), 0.0), MS_PER_HOUR);
    for (std::size_t i = 0; i < statements.size(); i++)
        least_shares_.push_back(std::clamp(2 * read_by_lone_filter(workload, static_cast<int32_t>(i)),
                                           limits.min_improvement, std::max(limits.min_improvement, MOST_ASKED)));
    for (std::size_t i = 0; i < statements.size(); i++)
        searched_.push_back(is_searched(workload, static_cast<int32_t>(i)));
    for (std::size_t i = 0; i < statements.size(); i++)
        corrections_.push_back(correction_of(workload, static_cast<int32_t>(i)));
    for (const Candidate &candidate : candidates)
    {
        const WritePrice price = write_price(workload.facts(), candidate.definition, candidate.size);

        upkeep_.push_back(weight * counted_ms(price));
        writes_.push_back(weight * writing_ms(price));
    }
    by_load_.resize(statements.size());
    std::iota(by_load_.begin(), by_load_.end(), 0);
    std::stable_sort(by_load_.begin(), by_load_.end(),
                     [&](int32_t a, int32_t b) {
                         return loads_[a] != loads_[b] ? loads_[a] > loads_[b]
                                                       : statements[a].id < statements[b].id;
                     });
    ranks_.resize(statements.size());
    for (std::size_t i = 0; i < by_load_.size(); i++)
        ranks_[by_load_[i]] = static_cast<int32_t>(i);
}

void
Valuation::sort_by_load(Vector<int32_t> &some) const
{
    std::sort(some.begin(), some.end(), [this](int32_t a, int32_t b) { return ranks_[a] < ranks_[b]; });
}

double
Valuation::load_at(int32_t statement, double cost) const
{
    const double base = costs_.base(statement)->cost;

    return base > 0 ? loads_[statement] * std::min(corrected(statement, cost) / base, MOST_TIMES)
                    : loads_[statement];
}

double
Valuation::corrected(int32_t statement, double cost) const
{
    const double base = costs_.base(statement)->cost;
    const Correction &correction = corrections_[statement];

    if (cost >= base)
        return cost;
    return std::min(base, std::max(cost + correction.visits, correction.least_share * base));
}

double
Valuation::upkeep(std::span<const int32_t> configuration) const
{
    double sum = 0;

    for (const int32_t candidate : configuration)
        sum += upkeep_[candidate];
    return sum;
}

double
Valuation::held_against(int32_t candidate, double saved) const
{
    if (saved >= NOISE_FLOOR_MS || writes_[candidate] <= 0)
        return upkeep_[candidate];
    return writes_[candidate] + rent(candidates_[candidate].size.bytes);
}

double
Valuation::bytes(std::span<const int32_t> configuration) const
{
    double sum = 0;

    for (const int32_t candidate : configuration)
        sum += candidates_[candidate].size.bytes;
    return sum;
}

double
Valuation::rent(double bytes) const
{
    return measured_ ? RENT_MS_PER_BYTE * std::max(bytes, 0.0) : 0;
}

bool
Valuation::affordable(std::span<const int32_t> configuration) const
{
    return bytes(configuration) <= limits_.budget_bytes;
}

bool
Valuation::few_enough(std::span<const int32_t> configuration) const
{
    Map<int32_t, int32_t> per_table;

    if (configuration.size() > static_cast<std::size_t>(std::max(limits_.max_indexes, 0)))
        return false;
    for (const int32_t candidate : configuration)
        if (++per_table[candidates_[candidate].definition.relation] > limits_.max_indexes_per_table)
            return false;
    return true;
}

bool
Valuation::improves(double before, double after) const
{
    return before - after > LEAST_DIFFERENCE && after <= (1 - limits_.min_improvement) * before;
}

bool
Valuation::is_noticed(int32_t statement, double base, double best) const
{
    return !searched_[statement] || is_noticed_beside(statement, base, best);
}

bool
Valuation::is_noticed_beside(int32_t statement, double before, double after) const
{
    const double worth = worth_of_visit(statement);

    return worth * (before - after) > LEAST_BESIDE_AN_INDEX ||
           (measured_ && worth * (load_at(statement, before) - load_at(statement, after)) > NOISE_FLOOR_MS);
}

namespace
{

double
dearest_page(const Workload &workload, int32_t statement)
{
    double price = NEXT_PAGE_COST;

    for (const RequestFact &request : workload.requests_of(statement))
        price = std::max(price, request.random_page_cost);
    return price;
}

} // namespace

/* The planner's unit is a page of a sequential scan: what took far less for each cannot have waited for a disk. */
bool
Valuation::in_memory(int32_t statement) const
{
    const StatementFact &fact = workload_.statements()[statement];

    return fact.measured && fact.calls > 0 &&
           fact.total_ms / fact.calls < MS_PER_PAGE_READ * costs_.base(statement)->cost &&
           dearest_page(workload_, statement) > NEXT_PAGE_COST;
}

double
Valuation::worth_of_visit(int32_t statement) const
{
    return in_memory(statement) ? NEXT_PAGE_COST / dearest_page(workload_, statement) : 1;
}

double
Valuation::missed(int32_t statement, double before, double after, double share, bool visits_alone) const
{
    if (!improves(before, after))
        return 0;
    const double worth = visits_alone ? worth_of_visit(statement) : 1;
    const double ms = worth * (load_at(statement, before) - load_at(statement, after));
    const bool little = worth * (before - after) <= share * costs_.base(statement)->cost;

    if (little && (!measured_ || ms <= LITTLE_TIME_MS))
        return 0;
    return measured_ ? ms : std::numeric_limits<double>::infinity();
}

} // namespace advisor
