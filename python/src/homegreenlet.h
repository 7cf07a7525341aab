// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <Python.h>

namespace QtAsyncio {

/// The greenlet in which a loop runs its handles, in a program that uses the package greenlet.
///
/// A greenlet is the child of the one that starts it, and switches back to that. Its part of the C
/// stack is moved away while it is suspended. So a task must not take its steps in a greenlet that
/// another task has started. All functions need the GIL and the loop's thread.
class HomeGreenlet final
{
public:
    HomeGreenlet() = default;
    ~HomeGreenlet() { forget(); }
    HomeGreenlet(const HomeGreenlet &) = delete;
    HomeGreenlet &operator=(const HomeGreenlet &) = delete;

    /// Makes the current greenlet the loop's home.
    void settle() noexcept;
    /// The next isCurrent() settles again, as in a loop that is served without being run.
    void forget() noexcept;
    /// Whether the current greenlet is the loop's home; true if the program does not use greenlets.
    bool isCurrent() noexcept;

    int traverse(visitproc visit, void *arg) const;

private:
    bool isGone() const noexcept;

    PyObject *m_home = nullptr; // null for the thread's first one, which has no parent
    bool m_isKnown = false;
};

} // namespace QtAsyncio
