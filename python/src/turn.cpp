// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "turn.h"
#include "exceptionchain.h"

namespace QtAsyncio {

Turn::Turn(PyObject *loop, bool served)
    : m_loop(loop)
{
    Py_INCREF(m_loop);
    if (served || s_severalLoops)
        begin();
}

void Turn::begin()
{
    m_former = PyObject_CallMethod(m_loop, "_before_turn", nullptr);
    if (!m_former || m_former == Py_None)
        return;
    PyObject *result = PyObject_CallMethod(m_loop, "_begin_turn", nullptr);
    if (!result) {
        PyObject *exception = takeError();
        if (PyObject *other = end())
            exception = chained(other, exception);
        Py_CLEAR(m_former);
        setError(exception);
    }
    Py_XDECREF(result);
}

Turn::~Turn()
{
    if (m_former && m_former != Py_None) {
        if (PyObject *exception = end())
            deliver(exception);
    }
    Py_XDECREF(m_former);
    Py_DECREF(m_loop);
}

void Turn::restoreInstead(PyObject *former)
{
    if (m_former && m_former != Py_None)
        Py_DECREF(former);
    else
        Py_XSETREF(m_former, former);
}

/// Restores the state before the turn. Returns the exception that has interrupted that, or null.
PyObject *Turn::end()
{
    const auto endTurn = [this] {
        return PyObject_CallMethod(m_loop, "_end_turn", "(O)", m_former);
    };
    return callUntilItReturns(endTurn, nullptr);
}

/// Makes the next iteration end with the exception, if the loop is still served.
void Turn::deliver(PyObject *exception)
{
    PyObject *result = PyObject_CallMethod(m_loop, "_interrupt", "(O)", exception);
    if (!result)
        PyErr_WriteUnraisable(m_loop);
    Py_XDECREF(result);
    Py_DECREF(exception);
}

} // namespace QtAsyncio
