// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "socketaddress.h"

#include <array>

#include <arpa/inet.h>
#include <netinet/in.h>

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
    return nullptr;
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
