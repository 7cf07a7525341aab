// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "arguments.h"
#include "handle.h"
#include "loopmethods.h"
#include "loopobject.h"
#include "ref.h"

#include <cerrno>
#include <climits>

namespace QtAsyncio::EventLoop {

namespace {

/// The descriptor behind an integer or an object with fileno(), as the selectors take it.
int toDescriptor(PyObject *object)
{
    if (PyLong_CheckExact(object)) {
        const long descriptor = PyLong_AsLong(object);
        if (descriptor >= 0 && descriptor <= INT_MAX)
            return int(descriptor);
        PyErr_Clear();
    }
    PyObject *module = PyImport_ImportModule("selectors");
    PyObject *number =
            module ? PyObject_CallMethod(module, "_fileobj_to_fd", "O", object) : nullptr;
    Py_XDECREF(module);
    long descriptor = number ? PyLong_AsLong(number) : -1;
    Py_XDECREF(number);
    if (descriptor > INT_MAX) {
        PyErr_SetString(PyExc_OverflowError, "signed integer is greater than maximum");
        descriptor = -1;
    }
    return int(descriptor);
}

/// The key of a watched file that was closed: asyncio's selector looks the object up too. If there
/// is none, NoKey, and the error of toDescriptor() stays set.
int keyOfClosed(const HandleWatchers &watchers, PyObject *file)
{
    if (!PyErr_ExceptionMatches(PyExc_ValueError))
        return HandleWatchers::NoKey;
    const int key = watchers.keyOf(file);
    if (key != HandleWatchers::NoKey)
        PyErr_Clear();
    return key;
}

PyObject *addWatcher(PyObject *self, const CallbackArguments &arguments, Interest interest)
{
    if (!checkOpen(self))
        return nullptr;
    PyObject *const file = arguments.leading();
    HandleWatchers &watchers = toLoop(self)->queue->watchers();
    int key = toDescriptor(file);
    const bool closed = key < 0;
    if (closed)
        key = keyOfClosed(watchers, file);
    if (key == HandleWatchers::NoKey)
        return nullptr;
    Ref handle(Handles::create(self, arguments, toLoop(self)->queue->isDebug()));
    if (!handle)
        return nullptr;
    Handles::makeKnown(handle.get()); // it is there to stay
    PyObject *const added = Py_NewRef(handle.get());
    const int error = closed
            ? watchers.replace(key, interest, added)
            : watchers.add(key, interest, added, PyLong_Check(file) ? nullptr : file);
    if (error) {
        errno = error;
        return error == HandleWatchers::Raised ? nullptr : PyErr_SetFromErrno(PyExc_OSError);
    }
    return handle.release();
}

PyObject *removeWatcher(PyObject *self, PyObject *object, Interest interest)
{
    if (toLoop(self)->closed)
        Py_RETURN_FALSE;
    HandleWatchers &watchers = toLoop(self)->queue->watchers();
    int key = toDescriptor(object);
    if (key < 0)
        key = keyOfClosed(watchers, object);
    if (key == HandleWatchers::NoKey)
        return nullptr;
    return PyBool_FromLong(watchers.remove(key, interest));
}

/// The public functions refuse a descriptor that a transport has.
bool checkNoTransport(PyObject *self, PyObject *descriptor)
{
    PyObject *result = PyObject_CallMethod(self, "_ensure_fd_no_transport", "O", descriptor);
    Py_XDECREF(result);
    return result;
}

PyObject *addPublic(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names,
                    Interest interest, const char *function)
{
    CallbackArguments arguments;
    if (!arguments.parse(function, "fd", args, count, names) || !arguments.checkNoContext(function)
        || !checkNoTransport(self, arguments.leading()))
        return nullptr;
    PyObject *handle = addWatcher(self, arguments, interest);
    if (!handle)
        return nullptr;
    Py_DECREF(handle);
    Py_RETURN_NONE;
}

/// asyncio's own functions, which take a context from Python 3.15 on.
PyObject *addOwn(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names,
                 Interest interest, const char *function)
{
    CallbackArguments arguments;
    return arguments.parse(function, "fd", args, count, names)
            ? addWatcher(self, arguments, interest)
            : nullptr;
}

PyObject *removePublic(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names,
                       Interest interest, const char *function)
{
    PyObject *descriptor = singleArgument(function, "fd", args, count, names);
    return descriptor && checkNoTransport(self, descriptor)
            ? removeWatcher(self, descriptor, interest)
            : nullptr;
}

} // namespace

PyObject *addReader(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return addPublic(self, args, count, names, Read, "add_reader");
}

PyObject *addWriter(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return addPublic(self, args, count, names, Write, "add_writer");
}

PyObject *removeReader(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return removePublic(self, args, count, names, Read, "remove_reader");
}

PyObject *removeWriter(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return removePublic(self, args, count, names, Write, "remove_writer");
}

PyObject *addOwnReader(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return addOwn(self, args, count, names, Read, "_add_reader");
}

PyObject *addOwnWriter(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return addOwn(self, args, count, names, Write, "_add_writer");
}

PyObject *removeOwnReader(PyObject *self, PyObject *descriptor)
{
    return removeWatcher(self, descriptor, Read);
}

PyObject *removeOwnWriter(PyObject *self, PyObject *descriptor)
{
    return removeWatcher(self, descriptor, Write);
}

} // namespace QtAsyncio::EventLoop
