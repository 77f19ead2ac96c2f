/*
 * memory.h - the core's own byte budget.
 *
 * Under overcommit the operating system hardly ever refuses memory: it ends the
 * process later instead, and with it a database server. So the core counts for
 * itself. Every container of the core is one of the aliases below; they take
 * their memory from std::pmr's default resource, and while a call of the C
 * interface runs that is the Budget of its handle (BudgetScope, set and put
 * back in advisor.cpp). Beyond the limit std::bad_alloc is thrown, which the
 * caller sees as ADVISOR_NO_MEMORY. Outside of such a call (unit tests)
 * the aliases are ordinary containers.
 */
#ifndef ADVISOR_MEMORY_H
#define ADVISOR_MEMORY_H

#include <cstddef>
#include <map>
#include <memory_resource>
#include <new>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace advisor
{

template <typename T> using Vector = std::pmr::vector<T>;
using String = std::pmr::string;
template <typename K, typename V, typename Less = std::less<K>> using Map = std::pmr::map<K, V, Less>;
template <typename K, typename Less = std::less<K>> using Set = std::pmr::set<K, Less>;

/* For look-ups alone: what is iterated over decides, and must be in an order. */
template <typename K, typename V, typename Hash = std::hash<K>> using HashMap = std::pmr::unordered_map<K, V, Hash>;

/* Counts what is allocated through it. Outlives every container that it feeds. */
class Budget final : public std::pmr::memory_resource
{
  public:
    explicit Budget(std::size_t limit) noexcept : limit_(limit)
    {
    }

    std::size_t
    used() const noexcept
    {
        return used_;
    }

  private:
    void *
    do_allocate(std::size_t bytes, std::size_t alignment) override
    {
        if (bytes > limit_ - used_)
            throw std::bad_alloc();
        void *memory = std::pmr::new_delete_resource()->allocate(bytes, alignment);
        used_ += bytes;
        return memory;
    }

    void
    do_deallocate(void *memory, std::size_t bytes, std::size_t alignment) override
    {
        std::pmr::new_delete_resource()->deallocate(memory, bytes, alignment);
        used_ -= bytes;
    }

    bool
    do_is_equal(const memory_resource &other) const noexcept override
    {
        return this == &other;
    }

    std::size_t limit_;
    std::size_t used_ = 0;
};

/* Makes a budget the source of all containers until the end of the scope. */
class BudgetScope
{
  public:
    explicit BudgetScope(Budget &budget) noexcept : previous_(std::pmr::set_default_resource(&budget))
    {
    }

    ~BudgetScope()
    {
        std::pmr::set_default_resource(previous_);
    }

    BudgetScope(const BudgetScope &) = delete;
    BudgetScope &operator=(const BudgetScope &) = delete;

  private:
    std::pmr::memory_resource *previous_;
};

} // namespace advisor

#endif
