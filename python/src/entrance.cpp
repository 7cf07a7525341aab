// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

// Which protocol a callback enters. A transport calls its protocol by the handles of its descriptor,
// or has the loop call a method of the protocol's soon. asyncio's protocols for TLS and for the pipes
// of child processes hand on what they receive: there it is the program's protocol that counts.

#include "entrance.h"
#include "transport.h"

#include <pybind11/pybind11.h>

#include <initializer_list>
#include <utility>

namespace py = pybind11;

namespace QtAsyncio {

namespace {

PyObject *s_tlsProtocol = nullptr; // types of asyncio's
PyObject *s_pipeProtocol = nullptr;
PyObject *s_tlsNames = nullptr; // the names in the module of the first

/// The methods of asyncio's protocols that a transport calls.
PyObject *s_protocolMethods = nullptr;
/// Methods of transports that call one of the protocol's, or do what comes after it.
PyObject *s_transportMethods = nullptr;

bool is(PyObject *object, PyObject *type)
{
    return PyObject_TypeCheck(object, reinterpret_cast<PyTypeObject *>(type));
}

PyObject *setOf(std::initializer_list<const char *> names)
{
    py::set set;
    for (const char *name : names)
        set.add(name);
    return set.release().ptr();
}

py::object attribute(py::handle object, const char *name)
{
    return py::getattr(object, name, py::none());
}

/// The program's protocol behind those of asyncio's that hand on to it.
py::object programsProtocol(py::object protocol)
{
    for (;;) {
        py::object next;
        if (is(protocol.ptr(), s_tlsProtocol))
            next = attribute(protocol, "_app_protocol");
        else if (is(protocol.ptr(), s_pipeProtocol))
            next = attribute(attribute(protocol, "proc"), "_protocol");
        if (!next || next.is_none())
            return protocol;
        protocol = std::move(next);
    }
}

py::object protocolOfMethod(PyObject *method)
{
    const auto self = py::reinterpret_borrow<py::object>(PyMethod_GET_SELF(method));
    if (is(self.ptr(), s_tlsProtocol)) // which goes on to read, from Python 3.13 on
        return programsProtocol(self);
    const py::object name = attribute(PyMethod_GET_FUNCTION(method), "__name__");
    if (!PyUnicode_CheckExact(name.ptr())) // another kind may refuse to be looked up
        return py::none();
    if (PySet_Contains(s_protocolMethods, name.ptr()) > 0)
        return programsProtocol(self);
    if (PySet_Contains(s_transportMethods, name.ptr()) > 0)
        return programsProtocol(attribute(self, "_protocol"));
    return py::none();
}

/// Up to Python 3.12 it does so by local functions that refer to it.
py::object protocolOfTls(PyObject *function)
{
    PyObject *cells = PyFunction_GET_CLOSURE(function);
    for (Py_ssize_t i = 0; cells && i < PyTuple_GET_SIZE(cells); ++i) {
        PyObject *content = PyCell_GET(PyTuple_GET_ITEM(cells, i));
        if (content && is(content, s_tlsProtocol))
            return programsProtocol(py::reinterpret_borrow<py::object>(content));
    }
    return py::none();
}

/// None if there is none.
py::object protocolOf(PyObject *entered)
{
    if (PyObject *protocol = Transport::protocolOf(entered))
        return programsProtocol(py::reinterpret_borrow<py::object>(protocol));
    if (PyMethod_Check(entered))
        return protocolOfMethod(entered);
    if (PyFunction_Check(entered) && PyFunction_GET_GLOBALS(entered) == s_tlsNames)
        return protocolOfTls(entered);
    return py::none();
}

} // namespace

bool Entrance::initialize()
{
    try {
        const auto tls = py::module_::import("asyncio.sslproto");
        const auto subprocess = py::module_::import("asyncio.base_subprocess");
        s_tlsNames = tls.attr("__dict__").cast<py::object>().release().ptr();
        s_tlsProtocol = tls.attr("SSLProtocol").cast<py::object>().release().ptr();
        s_pipeProtocol =
                subprocess.attr("WriteSubprocessPipeProto").cast<py::object>().release().ptr();
        s_protocolMethods =
                setOf({ "connection_made", "connection_lost", "data_received", "eof_received",
                        "pause_writing", "resume_writing", "get_buffer", "buffer_updated",
                        "datagram_received", "error_received", "pipe_data_received",
                        "pipe_connection_lost", "process_exited" });
        s_transportMethods = setOf({ "_call_connection_lost", "_connected" });
        return true;
    } catch (py::error_already_set &error) {
        error.restore();
        return false;
    }
}

bool Entrance::mayEnter(PyObject *callback) const
{
    if (Transport::isWriting(callback)) // it looks for itself what it may do
        return true;
    const py::object protocol = protocolOf(callback);
    return protocol.is_none() || !isEnteredOutside(protocol.ptr());
}

bool Entrance::isEnteredOutside(PyObject *protocol) const
{
    if (!m_outer)
        return false;
    const py::object wanted = programsProtocol(py::reinterpret_borrow<py::object>(protocol));
    for (const Entrance *entrance = m_outer; entrance; entrance = entrance->m_outer) {
        if (py::reinterpret_steal<py::object>(entrance->protocol()).is(wanted))
            return true;
    }
    return false;
}

PyObject *Entrance::protocol() const
{
    py::object protocol = py::none();
    if (m_protocol)
        protocol = programsProtocol(py::reinterpret_borrow<py::object>(m_protocol));
    else if (m_callback)
        protocol = protocolOf(m_callback);
    return protocol.release().ptr();
}

} // namespace QtAsyncio
