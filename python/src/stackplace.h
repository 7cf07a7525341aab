// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <Python.h>

#include <cstddef>

namespace QtAsyncio {

/// A thread's place on the C stack and on Python's stack, which has a limit of its own.
class StackPlace final
{
public:
    StackPlace() = default;
    /// The place of the caller, which holds the GIL.
    static StackPlace current() noexcept;

    /// Whether at least \a quarters are left here of what each stack had left at \a outer, a place
    /// in the same thread.
    bool leaves(int quarters, const StackPlace &outer) const noexcept;

private:
    const char *m_address = nullptr;
    int m_frames = 0; // Python frames left until RecursionError
    int m_calls = 0; // the same for calls of C functions, which Python 3.12 and 3.13 count apart
};

/// Lends Python some frames, for a call that must not fail because the program has used up its own.
///
/// Python's limit is a count, and the C stack has room for more. Needs the GIL.
class LentFrames final
{
public:
    LentFrames() noexcept { add(Number); }
    ~LentFrames() { add(-Number); }
    LentFrames(const LentFrames &) = delete;
    LentFrames &operator=(const LentFrames &) = delete;

private:
    static constexpr int Number = 100;

    static void add(int frames) noexcept;
};

} // namespace QtAsyncio
