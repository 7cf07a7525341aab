// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "turn.h"
#include "gil.h"

namespace QtAsyncio {

Turn::Turn(PyObject *loop, bool served)
    : m_loop(loop)
{
    Py_INCREF(m_loop);
    if (!served)
        return;
    m_former = PyObject_CallMethod(m_loop, "_begin_turn", nullptr);
    if (!m_former)
        PyErr_WriteUnraisable(m_loop);
}

Turn::~Turn()
{
    stayIfInterpreterIsGone();
    if (m_former) {
        PyObject *result = PyObject_CallMethod(m_loop, "_end_turn", "(O)", m_former);
        if (!result)
            PyErr_WriteUnraisable(m_loop);
        Py_XDECREF(result);
        Py_DECREF(m_former);
    }
    Py_DECREF(m_loop);
}

} // namespace QtAsyncio
