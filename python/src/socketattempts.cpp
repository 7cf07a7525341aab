// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "socketattempts.h"
#include "wouldblock.h"

#include <cerrno>

namespace QtAsyncio::SocketAttempts {

PyObject *callMethod(const SocketOperation &operation, PyObject *name, PyObject *first,
                     PyObject *second)
{
    PyObject *const arguments[] = { operation.socket, first, second };
    const std::size_t count = second ? 3 : first ? 2 : 1;
    PyObject *result = PyObject_VectorcallMethod(name, arguments, count, nullptr);
    if (!result)
        static_cast<void>(WouldBlock::tookError());
    return result;
}

Failure failure()
{
    if (errno == EAGAIN)
        return Failure::WouldBlock;
    if (errno == EINTR)
        return PyErr_CheckSignals() < 0 ? Failure::Raised : Failure::Interrupted;
    PyErr_SetFromErrno(PyExc_OSError);
    return Failure::Raised;
}

} // namespace QtAsyncio::SocketAttempts
