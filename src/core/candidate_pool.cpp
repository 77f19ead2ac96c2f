/* candidate_pool.cpp - each definition once, and none that is there already. */
#include "candidate_pool.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "index_size.h"

namespace advisor
{

namespace
{

/* By insertion: they are a handful, and std::sort on so short an array makes compilers warn of what is behind it.
 */
void
sort_few(std::int32_t *items, std::int32_t n)
{
    for (std::int32_t i = 1; i < n; i++)
        for (std::int32_t j = i; j > 0 && items[j] < items[j - 1]; j--)
            std::swap(items[j], items[j - 1]);
}

/* The same index read backwards: every direction turned round. */
IndexDefinition
backwards(IndexDefinition definition)
{
    for (std::int32_t i = 0; i < definition.n_keys; i++)
    {
        definition.keys[i].descending = !definition.keys[i].descending;
        definition.keys[i].nulls_first = !definition.keys[i].nulls_first;
    }
    return definition;
}

bool
starts_with_keys(const IndexDefinition &existing, const IndexDefinition &wanted)
{
    if (wanted.method != METHOD_BTREE)
        return is_key_prefix(wanted, existing);
    return is_key_prefix(wanted, existing) || is_key_prefix(backwards(wanted), existing);
}

bool
holds_includes(const IndexDefinition &existing, const IndexDefinition &wanted)
{
    for (std::int32_t i = 0; i < wanted.n_includes; i++)
        if (!has_key(existing, wanted.includes[i]) && !has_include(existing, wanted.includes[i]))
            return false;
    return true;
}

/* What WHERE says, without parentheses around the whole of it. */
std::string_view
bare(std::string_view condition)
{
    if (condition.size() > 1 && condition.front() == '(' && condition.back() == ')')
        return condition.substr(1, condition.size() - 2);
    return condition;
}

/* An existing full index takes the place of a full one only: a partial one is smaller, and may still gain. */
bool
holds_the_same_rows(const Workload &workload, const ExistingIndexFact &existing, const IndexDefinition &wanted)
{
    std::string_view condition = existing.predicate_sql;

    if (condition.empty() || wanted.n_predicates == 0)
        return condition.empty() && wanted.n_predicates == 0;
    return wanted.n_predicates == 1 &&
           bare(condition) == bare(workload.predicates()[wanted.predicates[0]].partial_sql);
}

} // namespace

void
CandidatePool::add(IndexDefinition definition, std::int32_t n_equal, String rule, std::size_t limit)
{
    sort_few(definition.includes, definition.n_includes);
    sort_few(definition.predicates, definition.n_predicates);

    auto known = positions_.find(definition);
    if (known == positions_.end() && definition.method == METHOD_BTREE)
        known = positions_.find(backwards(definition));
    if (known != positions_.end())
    {
        Proposed &same = proposed_[known->second];
        same.n_equal = std::max(same.n_equal, n_equal);
        return;
    }
    IndexSize size = {};
    bool has_size =
        definition.method != METHOD_BTREE || index_size(workload_.facts(), definition, block_size_, size);
    if (!has_size || proposed_.size() >= limit || is_provided(definition))
        return;
    positions_.emplace(definition, proposed_.size());
    proposed_.push_back({definition, n_equal, size, std::move(rule)});
}

bool
CandidatePool::is_provided(const IndexDefinition &definition) const
{
    return std::ranges::any_of(workload_.indexes_of(relation_),
                               [&](std::int32_t number)
                               {
                                   const ExistingIndexFact &existing = workload_.indexes()[number];
                                   return existing.btree == (definition.method == METHOD_BTREE) && existing.plain &&
                                          existing.valid && starts_with_keys(existing.definition, definition) &&
                                          holds_includes(existing.definition, definition) &&
                                          holds_the_same_rows(workload_, existing, definition);
                               });
}

} // namespace advisor
