// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "nativecall.h"

#include <cerrno>
#include <new>
#include <system_error>

namespace QtAsyncio {

void setErrorOf(const std::exception &exception) noexcept
{
    if (dynamic_cast<const std::bad_alloc *>(&exception)) {
        PyErr_NoMemory();
    } else if (const auto *error = dynamic_cast<const std::system_error *>(&exception)) {
        errno = error->code().value();
        PyErr_SetFromErrno(PyExc_OSError);
    } else {
        PyErr_SetString(PyExc_RuntimeError, exception.what());
    }
}

} // namespace QtAsyncio
