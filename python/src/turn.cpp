// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "turn.h"
#include "gil.h"
#include "takeerror.h"

namespace QtAsyncio {

Turn::Turn(PyObject *loop, bool served)
    : m_loop(loop)
{
    Py_INCREF(m_loop);
    if (served)
        m_former = PyObject_CallMethod(m_loop, "_begin_turn", nullptr);
}

Turn::~Turn()
{
    stayIfInterpreterIsGone();
    if (m_former && !end()) {
        keepException();
        if (!end())
            PyErr_WriteUnraisable(m_loop);
    }
    Py_XDECREF(m_former);
    Py_DECREF(m_loop);
}

bool Turn::end()
{
    PyObject *result = PyObject_CallMethod(m_loop, "_end_turn", "(O)", m_former);
    Py_XDECREF(result);
    return result;
}

/// For the next run: the handler of a signal has raised it, before the function began.
void Turn::keepException()
{
    PyObject *exception = takeError();
    Py_XDECREF(PyObject_CallMethod(m_loop, "_interrupt", "(O)", exception));
    Py_XDECREF(exception);
}

} // namespace QtAsyncio
