// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

// A library to be loaded before all others: it makes an allocation of QtAsyncio's own code fail.

#include <cstdlib>
#include <cstring>
#include <new>

#include <dlfcn.h>

namespace {

constexpr long Never = -1;
thread_local long s_left = Never; // allocations of this thread until the one that fails

bool isOurs(void *caller)
{
    Dl_info info;
    return ::dladdr(caller, &info) && std::strstr(info.dli_fname, "QtAsyncio/");
}

void *allocate(std::size_t size, void *caller)
{
    if (s_left >= 0 && isOurs(caller) && s_left-- == 0)
        throw std::bad_alloc();
    if (void *memory = std::malloc(size ? size : 1))
        return memory;
    throw std::bad_alloc();
}

} // namespace

/// Has an allocation of the calling thread fail, the first one being 0.
extern "C" void fail_allocation(long which)
{
    s_left = which;
}

/// Ends that; whether one has failed.
extern "C" bool has_failed()
{
    const bool failed = s_left < 0;
    s_left = Never;
    return failed;
}

void *operator new(std::size_t size)
{
    return allocate(size, __builtin_return_address(0));
}

void *operator new[](std::size_t size)
{
    return allocate(size, __builtin_return_address(0));
}

void operator delete(void *memory) noexcept
{
    std::free(memory);
}

void operator delete[](void *memory) noexcept
{
    std::free(memory);
}

void operator delete(void *memory, std::size_t) noexcept
{
    std::free(memory);
}

void operator delete[](void *memory, std::size_t) noexcept
{
    std::free(memory);
}
