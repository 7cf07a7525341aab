// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "socketaddress.h"

#include <array>
#include <cstddef>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

namespace QtAsyncio {

PyObject *SocketAddress::toPython() const
{
    std::array<char, INET6_ADDRSTRLEN> host;
    if (m_storage.ss_family == AF_INET) {
        const auto *address = reinterpret_cast<const sockaddr_in *>(&m_storage);
        ::inet_ntop(AF_INET, &address->sin_addr, host.data(), host.size());
        return Py_BuildValue("(si)", host.data(), int(ntohs(address->sin_port)));
    }
    if (m_storage.ss_family == AF_INET6) {
        const auto *address = reinterpret_cast<const sockaddr_in6 *>(&m_storage);
        ::inet_ntop(AF_INET6, &address->sin6_addr, host.data(), host.size());
        return Py_BuildValue("(siII)", host.data(), int(ntohs(address->sin6_port)),
                             ntohl(address->sin6_flowinfo), address->sin6_scope_id);
    }
    if (m_storage.ss_family == AF_UNIX || m_size < socklen_t(sizeof(sa_family_t)))
        return pathToPython();
    Py_RETURN_NONE;
}

/// A file's name, an abstract name, or nothing: the other end is not bound.
PyObject *SocketAddress::pathToPython() const
{
    const auto *address = reinterpret_cast<const sockaddr_un *>(&m_storage);
    const auto size = Py_ssize_t(m_size) - Py_ssize_t(offsetof(sockaddr_un, sun_path));
    if (size <= 0)
        return PyUnicode_FromString("");
    if (address->sun_path[0] == '\0')
        return PyBytes_FromStringAndSize(address->sun_path, size);
    return PyUnicode_DecodeFSDefaultAndSize(
            address->sun_path, Py_ssize_t(::strnlen(address->sun_path, std::size_t(size))));
}

bool SocketAddress::setHost(const char *host, int family) noexcept
{
    m_storage = { };
    m_storage.ss_family = sa_family_t(family);
    if (family == AF_INET) {
        m_size = sizeof(sockaddr_in);
        auto *address = reinterpret_cast<sockaddr_in *>(&m_storage);
        return ::inet_pton(family, host, &address->sin_addr) == 1;
    }
    m_size = sizeof(sockaddr_in6);
    auto *address = reinterpret_cast<sockaddr_in6 *>(&m_storage);
    return ::inet_pton(family, host, &address->sin6_addr) == 1;
}

bool SocketAddress::fromPython(PyObject *address, int family)
{
    const char *host = nullptr;
    int port = 0;
    if ((family != AF_INET && family != AF_INET6) || !PyTuple_CheckExact(address)
        || PyTuple_GET_SIZE(address) != 2 || !PyLong_CheckExact(PyTuple_GET_ITEM(address, 1)))
        return false;
    if (!PyArg_ParseTuple(address, "si", &host, &port) || port < 0 || port > 0xffff) {
        PyErr_Clear(); // the socket module has the words for that
        return false;
    }
    if (!setHost(host, family))
        return false;
    // The port has the same place in both.
    reinterpret_cast<sockaddr_in *>(&m_storage)->sin_port = htons(in_port_t(port));
    return true;
}

} // namespace QtAsyncio
