// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <Python.h>

namespace QtAsyncio {

/// Puts the loop's current task aside while it lives.
///
/// A task that opens a dialog is still in its step while the dialog's event loop runs: asyncio
/// lets no other task take a step before it has been left. Needs the GIL.
class TaskSuspension final
{
public:
    /// \a nested: a handle of the loop is on the stack. current_task() is a Python function on
    /// Python < 3.12: the handler of a signal may have raised in it. Then the Python error is set,
    /// and no task may take a step. \a suspensions counts those that have a task.
    TaskSuspension(PyObject *loop, bool nested, int &suspensions);
    ~TaskSuspension();
    TaskSuspension(const TaskSuspension &) = delete;
    TaskSuspension &operator=(const TaskSuspension &) = delete;

    /// Whether there is a task, which is in its step below.
    bool hasTask() const noexcept { return m_task || m_taskInPython; }

    /// Between these two a task makes a step that is no handle's: the first one of an async slot.
    static void beginStep() { ++s_steps; }
    static void endStep() { --s_steps; }

    /// Looks asyncio's functions up; false with a Python error set.
    static bool initialize();

private:
    void leaveTask();
    void leaveTaskInPython();
    void enterTaskInPython();

    inline static int s_steps = 0; // in all threads; guarded by the GIL
    PyObject *m_loop;
    int &m_suspensions;
    PyObject *m_task = nullptr;
    PyObject *m_taskInPython = nullptr; // of asyncio's class in Python, from Python 3.14 on
};

} // namespace QtAsyncio
