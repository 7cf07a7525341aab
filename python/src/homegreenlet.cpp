// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "homegreenlet.h"

#include <utility>

namespace QtAsyncio {

namespace {

PyObject *s_getCurrent = nullptr; // greenlet.getcurrent(), once greenlet has been imported
Py_ssize_t s_modules = -1; // the number of modules when that was last checked

void find() noexcept
{
    PyObject *modules = PyImport_GetModuleDict();
    if (std::exchange(s_modules, PyDict_GET_SIZE(modules)) == PyDict_GET_SIZE(modules))
        return;
    PyObject *module = PyDict_GetItemString(modules, "greenlet");
    s_getCurrent = module ? PyObject_GetAttrString(module, "getcurrent") : nullptr;
    if (module && !s_getCurrent) // it is being imported
        PyErr_Clear();
}

/// A new reference; null if the program does not use greenlets.
PyObject *currentGreenlet() noexcept
{
    if (!s_getCurrent)
        find();
    PyObject *current = s_getCurrent ? PyObject_CallNoArgs(s_getCurrent) : nullptr;
    if (s_getCurrent && !current)
        PyErr_Clear();
    return current;
}

/// Whether an attribute is that constant, None or True.
bool has(PyObject *object, const char *attribute, PyObject *constant) noexcept
{
    PyObject *value = PyObject_GetAttrString(object, attribute);
    if (!value)
        PyErr_Clear();
    Py_XDECREF(value);
    return value == constant;
}

bool isFirstOfThread(PyObject *greenlet) noexcept
{
    return has(greenlet, "parent", Py_None);
}

} // namespace

void HomeGreenlet::settle() noexcept
{
    forget();
    m_home = currentGreenlet();
    m_isKnown = true;
    if (m_home && isFirstOfThread(m_home))
        Py_CLEAR(m_home);
}

void HomeGreenlet::forget() noexcept
{
    Py_CLEAR(m_home);
    m_isKnown = false;
}

bool HomeGreenlet::isCurrent() noexcept
{
    PyObject *current = currentGreenlet();
    if (!current)
        return true;
    Py_DECREF(current); // the thread has another reference
    if (!m_isKnown || isGone())
        settle();
    return m_home ? m_home == current : isFirstOfThread(current);
}

bool HomeGreenlet::isGone() const noexcept
{
    return m_home && has(m_home, "dead", Py_True);
}

int HomeGreenlet::traverse(visitproc visit, void *arg) const
{
    Py_VISIT(m_home);
    return 0;
}

} // namespace QtAsyncio
