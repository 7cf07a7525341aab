// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <Python.h>

#include <exception>
#include <type_traits>
#include <utility>

namespace QtAsyncio {

/// Sets the Python error that stands for a C++ exception: MemoryError, OSError with its errno, or
/// RuntimeError.
void setErrorOf(const std::exception &exception) noexcept;

/// The boundary between our functions and the frames of CPython or Qt that call them.
///
/// A C++ exception would pass through those frames and end the process. Here it becomes a Python
/// error. Every table of methods, attributes and slots takes its functions from here. Anything but
/// a std::exception passes: the C library ends a thread that way.
namespace NativeCall {

/// What CPython expects from a function that has set an error.
template <typename Result> constexpr Result failure() noexcept
{
    if constexpr (std::is_pointer_v<Result>)
        return nullptr;
    else
        return Result(-1);
}

/// The result of \a function, or failure() with a Python error set.
template <typename Function> auto guarded(Function &&function)
{
    using Result = std::invoke_result_t<Function>;
    try {
        return std::forward<Function>(function)();
    } catch (const std::exception &exception) {
        setErrorOf(exception);
        return failure<Result>();
    }
}

/// Whether \a function returns without an exception; otherwise a Python error is set.
template <typename Function> bool completes(Function &&function)
{
    return guarded([&] {
               std::forward<Function>(function)();
               return 0;
           })
            == 0;
}

template <auto function> struct Guarded;

template <typename Result, typename... Arguments, Result (*function)(Arguments...)>
struct Guarded<function>
{
    static Result call(Arguments... arguments)
    {
        return guarded([&] { return function(arguments...); });
    }
};

/// A function as an entry of PyMethodDef.
template <auto function> PyCFunction method() noexcept
{
    return reinterpret_cast<PyCFunction>(reinterpret_cast<void *>(&Guarded<function>::call));
}

/// A function as the slot of a type.
template <auto function> void *slot() noexcept
{
    return reinterpret_cast<void *>(&Guarded<function>::call);
}

/// The two functions of an attribute, as entries of PyGetSetDef.
template <auto function> constexpr getter get() noexcept
{
    return &Guarded<function>::call;
}
template <auto function> constexpr setter set() noexcept
{
    return &Guarded<function>::call;
}

} // namespace NativeCall
} // namespace QtAsyncio
