// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

// A library to be loaded before all others: it makes an allocation of QtAsyncio's own code fail, in
// C++ or in a function of Python's C API that this calls, or interrupts a recv().

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <new>

#include <dlfcn.h>
#include <execinfo.h>
#include <sys/socket.h>

namespace {

constexpr long Never = -1;
/// How many frames of Python may be between its allocator and our function that calls it.
constexpr int Frames = 8;

thread_local long s_left = Never; // allocations of this thread until the one that fails
thread_local bool s_ofPython = false; // which ones are counted
thread_local bool s_interrupts = false; // the next recv()

bool isOurs(void *caller)
{
    Dl_info info;
    return ::dladdr(caller, &info) && std::strstr(info.dli_fname, "QtAsyncio/");
}

void *allocate(std::size_t size, void *caller)
{
    if (s_left >= 0 && !s_ofPython && isOurs(caller) && s_left-- == 0)
        throw std::bad_alloc();
    if (void *memory = std::malloc(size ? size : 1))
        return memory;
    throw std::bad_alloc();
}

/// PyMemAllocatorEx, and the functions that get and set it for a domain.
struct PythonAllocator
{
    void *context;
    void *(*malloc)(void *, std::size_t);
    void *(*calloc)(void *, std::size_t, std::size_t);
    void *(*realloc)(void *, void *, std::size_t);
    void (*free)(void *, void *);
};
using Access = void (*)(int domain, PythonAllocator *);
constexpr int ObjectDomain = 2;
PythonAllocator s_python;

bool fails()
{
    if (s_left < 0 || !s_ofPython)
        return false;
    void *frames[Frames];
    const int count = ::backtrace(frames, Frames);
    for (int i = 1; i < count; ++i) {
        if (isOurs(frames[i]))
            return s_left-- == 0;
    }
    return false;
}

void *pythonMalloc(void *context, std::size_t size)
{
    return fails() ? nullptr : s_python.malloc(context, size);
}

void *pythonCalloc(void *context, std::size_t count, std::size_t size)
{
    return fails() ? nullptr : s_python.calloc(context, count, size);
}

void *pythonRealloc(void *context, void *memory, std::size_t size)
{
    return fails() ? nullptr : s_python.realloc(context, memory, size);
}

void replacePythonAllocator()
{
    void *frames[Frames];
    ::backtrace(frames, Frames); // the first call allocates
    reinterpret_cast<Access>(::dlsym(RTLD_DEFAULT, "PyMem_GetAllocator"))(ObjectDomain, &s_python);
    PythonAllocator ours = { s_python.context, &pythonMalloc, &pythonCalloc, &pythonRealloc,
                             s_python.free };
    reinterpret_cast<Access>(::dlsym(RTLD_DEFAULT, "PyMem_SetAllocator"))(ObjectDomain, &ours);
}

} // namespace

/// Has an allocation of the calling thread fail, the first one being 0.
extern "C" void fail_allocation(long which)
{
    s_ofPython = false;
    s_left = which;
}

/// Has an allocation of Python's fail that our code asks for.
extern "C" void fail_python_allocation(long which)
{
    if (!s_python.malloc)
        replacePythonAllocator();
    s_ofPython = true;
    s_left = which;
}

/// Has a signal interrupt the next recv() of the calling thread.
extern "C" void interrupt_recv()
{
    s_interrupts = true;
}

extern "C" ssize_t recv(int descriptor, void *buffer, std::size_t size, int flags)
{
    if (s_interrupts) {
        s_interrupts = false;
        ::raise(SIGUSR1);
        errno = EINTR;
        return -1;
    }
    return ::recvfrom(descriptor, buffer, size, flags, nullptr, nullptr);
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
