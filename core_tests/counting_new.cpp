/* counting_new.cpp - replaces operator new of the whole test program. */
#include "counting_new.h"

#include <cstdlib>
#include <new>

long allocations_left = -1;
bool one_allocation_fails = false;

static void *
allocate(std::size_t bytes, std::size_t alignment) noexcept
{
    if (allocations_left == 0)
    {
        allocations_left = one_allocation_fails ? -1 : 0;
        return nullptr;
    }
    if (allocations_left > 0)
        allocations_left--;
    std::size_t rounded = (bytes + alignment - 1) / alignment * alignment;
    return std::aligned_alloc(alignment, rounded == 0 ? alignment : rounded);
}

static void *
allocate_or_throw(std::size_t bytes, std::size_t alignment)
{
    void *memory = allocate(bytes, alignment);

    if (memory == nullptr)
        throw std::bad_alloc();
    return memory;
}

void *
operator new(std::size_t bytes)
{
    return allocate_or_throw(bytes, __STDCPP_DEFAULT_NEW_ALIGNMENT__);
}

void *
operator new(std::size_t bytes, std::align_val_t alignment)
{
    return allocate_or_throw(bytes, static_cast<std::size_t>(alignment));
}

void *
operator new(std::size_t bytes, const std::nothrow_t &) noexcept
{
    /* Who asks like this goes on without, as std::stable_sort does: that is no failure. */
    if (one_allocation_fails)
        return std::malloc(bytes);
    return allocate(bytes, __STDCPP_DEFAULT_NEW_ALIGNMENT__);
}

void
operator delete(void *memory) noexcept
{
    std::free(memory);
}

void
operator delete(void *memory, std::size_t) noexcept
{
    std::free(memory);
}

void
operator delete(void *memory, std::align_val_t) noexcept
{
    std::free(memory);
}

void
operator delete(void *memory, std::size_t, std::align_val_t) noexcept
{
    std::free(memory);
}

void
operator delete(void *memory, const std::nothrow_t &) noexcept
{
    std::free(memory);
}
