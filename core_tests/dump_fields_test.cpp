/* dump_fields_test.cpp - a dump holds every field of every fact: a field that nobody lists fails here. */
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <gtest/gtest.h>

#include "core/dump_fields.h"

using namespace advisor;

namespace
{

/* Stands for a value of any type. */
struct Anything
{
    template <typename T> operator T() const;
};

/* As many values as braces around them can hold; an array's elements count each. */
template <typename Fact, typename... Values>
consteval std::size_t
values_of()
{
    if constexpr (requires { Fact{Values{}..., Anything{}}; })
        return values_of<Fact, Values..., Anything>();
    else
        return sizeof...(Values);
}

struct Counter
{
    std::size_t n = 0;

    template <typename Value>
    void
    operator()(const char *, Value &)
    {
        n++;
    }

    template <typename Items>
    void
    list(const char *, const Items &, const int32_t &)
    {
        n += std::max<std::size_t>(std::extent_v<Items>, 1) + 1;
    }
};

template <typename Fact>
std::size_t
listed_of()
{
    const Fact fact = {};
    Counter counter;

    each_field(counter, fact);
    return counter.n;
}

TEST(DumpFields, EveryFieldIsListed)
{
    EXPECT_EQ(listed_of<RelationFact>(), values_of<RelationFact>());
    EXPECT_EQ(listed_of<AttributeFact>(), values_of<AttributeFact>());
    EXPECT_EQ(listed_of<OrderFact>(), values_of<OrderFact>());
    EXPECT_EQ(listed_of<SearchFact>(), values_of<SearchFact>());
    EXPECT_EQ(listed_of<IndexKey>(), values_of<IndexKey>());
    EXPECT_EQ(listed_of<DismissedFact>(), values_of<DismissedFact>());
    EXPECT_EQ(listed_of<DistinctFact>(), values_of<DistinctFact>());
    EXPECT_EQ(listed_of<ConjunctionFact>(), values_of<ConjunctionFact>());
    EXPECT_EQ(listed_of<IndexSize>(), values_of<IndexSize>());
}

TEST(DumpFields, ButWhatIsLeftOutOnPurpose)
{
    constexpr std::size_t MEMORY = 1, REWRITE_AND_DETAIL = 2, OUTSIDE_AND_WHY = 2, ORIGIN = 1;
    constexpr std::size_t KEYS = MAX_INDEX_KEYS + 1, PREDICATES = MAX_INDEX_PREDICATES + 1;
    constexpr std::size_t LISTS_OF_A_LENGTH = 2; /* of three lists that say it, one is asked */

    EXPECT_EQ(listed_of<AdvisorLimits>() + MEMORY, values_of<AdvisorLimits>());
    EXPECT_EQ(listed_of<PredicateFact>() + REWRITE_AND_DETAIL, values_of<PredicateFact>());
    EXPECT_EQ(listed_of<RequestFact>() + OUTSIDE_AND_WHY, values_of<RequestFact>());
    EXPECT_EQ(listed_of<StatementFact>() + ORIGIN, values_of<StatementFact>());
    EXPECT_EQ(listed_of<IndexDefinition>() + KEYS + PREDICATES, values_of<IndexDefinition>());
    EXPECT_EQ(listed_of<ExistingIndexFact>() - listed_of<IndexDefinition>() + 1, values_of<ExistingIndexFact>());
    EXPECT_EQ(listed_of<SampledColumnFact>() - LISTS_OF_A_LENGTH, values_of<SampledColumnFact>());
}

} // namespace
