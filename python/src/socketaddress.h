// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <Python.h>

#include <sys/socket.h>

namespace QtAsyncio {

/// The address of an internet or Unix socket, between the kernel's form and the socket module's.
class SocketAddress final
{
public:
    sockaddr *data() noexcept { return reinterpret_cast<sockaddr *>(&m_storage); }
    const sockaddr *data() const noexcept { return reinterpret_cast<const sockaddr *>(&m_storage); }
    socklen_t size() const noexcept { return m_size; }
    /// For the kernel to fill in.
    socklen_t *room() noexcept
    {
        m_size = sizeof(m_storage);
        return &m_size;
    }

    /// A new object as the socket module makes it, None if the family is another one; null with a
    /// Python error set.
    PyObject *toPython() const;
    /// False, and no error, if it is not a numeric internet address of \a family.
    bool fromPython(PyObject *address, int family);

private:
    PyObject *pathToPython() const;
    bool setHost(const char *host, int family) noexcept;

    sockaddr_storage m_storage{ };
    socklen_t m_size = 0;
};

} // namespace QtAsyncio
