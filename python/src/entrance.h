// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <Python.h>

#include <cstdint>
#include <utility>

namespace QtAsyncio {

/// A call of a loop's into the program's code, for as long as it is on the stack.
///
/// What is called may run an event loop of its own, where the loop goes on to call others. None of
/// these enters a protocol that is on the stack: neither more data nor the end come in between, but
/// wait, in order, until that has returned. All functions need the GIL and the loop's thread.
class Entrance final
{
public:
    /// \a innermost is the loop's list of them. \a taken: the called handle's place in the ring of
    /// ready handles, or 0 if it has waited elsewhere; \a end: the ring's end.
    Entrance(Entrance *&innermost, std::uint64_t taken, std::uint64_t end) noexcept
        : m_innermost(innermost),
          m_outer(std::exchange(innermost, this)),
          m_place(m_outer && taken < m_outer->m_place ? m_outer->m_place : end)
    {
    }
    /// The program itself enters a protocol, in the call of a handle or of a slot.
    explicit Entrance(Entrance *&innermost) noexcept
        : Entrance(innermost, 0, 0)
    {
    }
    ~Entrance() { m_innermost = m_outer; }
    Entrance(const Entrance &) = delete;
    Entrance &operator=(const Entrance &) = delete;

    /// Whether the callback of a handle enters no protocol that is on the stack. False with a Python
    /// error set if a signal handler raises.
    bool mayCall(PyObject *callback) const { return !m_outer || mayEnter(callback); }
    /// Notes the callback of a handle, which is borrowed until it has returned.
    void call(PyObject *callback) noexcept { m_callback = callback; }
    /// Notes a protocol, in the same way, which the program itself enters by a method of the
    /// transport's.
    void enter(PyObject *protocol) noexcept { m_protocol = protocol; }
    /// What was called has returned, and may be gone; its exception may yet be handled.
    void returned() noexcept { m_callback = m_protocol = nullptr; }
    /// The place in the ring from which on no handle is on the stack: those handles are newer than
    /// all callbacks there, except callbacks that began before the handles became ready.
    std::uint64_t place() const noexcept { return m_place; }
    /// Whether a protocol was entered further out than here. True with a Python error set if a
    /// signal handler raises.
    bool isEnteredOutside(PyObject *protocol) const;

    /// Looks up what asyncio's own protocols are made of; false with a Python error set.
    static bool initialize();

private:
    bool mayEnter(PyObject *callback) const;
    PyObject *protocol() const; // a new reference, to None if none is entered; or null

    Entrance *&m_innermost;
    Entrance *const m_outer;
    const std::uint64_t m_place;
    PyObject *m_callback = nullptr;
    PyObject *m_protocol = nullptr;
};

} // namespace QtAsyncio
