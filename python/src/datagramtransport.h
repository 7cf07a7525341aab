// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "bufferview.h"
#include "transport.h"

#include <list>

namespace QtAsyncio {

/// A transport of datagrams.
///
/// Internet addresses are converted here; those of other families, and names of hosts, are left
/// to the methods of the socket object.
class DatagramTransport final : public Transport
{
public:
    using Transport::Transport;

    /// Once it is open. \a peer is the address that all datagrams go to, or None; \a connected: the
    /// kernel knows it.
    bool configure(PyObject *peer, bool connected);
    int traverse(visitproc visit, void *arg) const override;
    void clear() override;

    /// \a address may be None.
    bool sendTo(PyObject *data, PyObject *address);
    Py_ssize_t bufferSize() const noexcept override { return m_size; }

protected:
    bool readReady() override;
    bool writeReady() override;
    void clearBuffer() override;

private:
    struct Datagram
    {
        PyObject *data; // bytes; owned, as the address
        PyObject *address;
    };

    bool isInternet() const noexcept;
    bool hasPeer() const noexcept { return m_peer && m_peer != Py_None; }
    PyObject *socket() const;
    PyObject *receive();
    PyObject *receiveByMethod();
    bool deliver(PyObject *datagram);

    PyObject *checkAddress(PyObject *address) const;
    bool send(const BufferView &data, PyObject *address);
    bool sendByMethod(PyObject *data, PyObject *address);
    bool enqueue(PyObject *data, PyObject *address);
    bool sendOrEnqueue(const BufferView &data, PyObject *address);
    bool finishWriting();
    bool sendFailed();
    bool raised(PyObject *method);

    PyObject *m_peer = nullptr; // owned
    int m_family = 0;
    bool m_connected = false;
    std::list<Datagram> m_queue; // a list takes no memory while it is empty
    Py_ssize_t m_size = 0;
};

} // namespace QtAsyncio
