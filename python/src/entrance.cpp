// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

// Which protocol a callback enters. A transport calls its protocol by the handles of its descriptor,
// or has the loop call a method of the protocol's soon. asyncio's protocols for TLS and for the pipes
// of child processes hand on what they receive: there it is the program's protocol that counts.

#include "entrance.h"
#include "ref.h"
#include "transport.h"

#include <initializer_list>

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
    PyObject *set = PySet_New(nullptr);
    for (const char *name : names) {
        const Ref string(set ? PyUnicode_FromString(name) : nullptr);
        if (!string || PySet_Add(set, string.get()) < 0)
            Py_CLEAR(set);
    }
    return set;
}

// The functions here that return a new reference return null if a signal handler raises, as in a
// __getattr__(): then the Python error is set.

/// A new reference; to None if there is no such attribute.
PyObject *attribute(PyObject *object, const char *name)
{
    PyObject *value = PyObject_GetAttrString(object, name);
    if (value || !PyErr_ExceptionMatches(PyExc_Exception))
        return value;
    PyErr_Clear();
    return Py_NewRef(Py_None);
}

/// The protocol to which one of asyncio's hands on; None or null if it does not.
PyObject *nextProtocol(PyObject *protocol)
{
    if (is(protocol, s_tlsProtocol))
        return attribute(protocol, "_app_protocol");
    if (!is(protocol, s_pipeProtocol))
        return nullptr;
    const Ref process(attribute(protocol, "proc"));
    return process ? attribute(process.get(), "_protocol") : nullptr;
}

/// The program's protocol behind those of asyncio's that hand on to it. Takes over a reference, and
/// returns a new one.
PyObject *programsProtocol(PyObject *protocol)
{
    PyObject *next = protocol ? nextProtocol(protocol) : nullptr;
    while (next && next != Py_None) {
        Py_SETREF(protocol, next);
        next = nextProtocol(protocol);
    }
    Py_XDECREF(next);
    if (PyErr_Occurred())
        Py_CLEAR(protocol);
    return protocol;
}

PyObject *protocolOfMethod(PyObject *method)
{
    PyObject *self = PyMethod_GET_SELF(method);
    if (is(self, s_tlsProtocol)) // which goes on to read, from Python 3.13 on
        return programsProtocol(Py_NewRef(self));
    const Ref name(attribute(PyMethod_GET_FUNCTION(method), "__name__"));
    if (!name)
        return nullptr;
    if (!PyUnicode_CheckExact(name.get())) // another kind may refuse to be looked up
        return Py_NewRef(Py_None);
    if (PySet_Contains(s_protocolMethods, name.get()) > 0)
        return programsProtocol(Py_NewRef(self));
    if (PySet_Contains(s_transportMethods, name.get()) > 0)
        return programsProtocol(attribute(self, "_protocol"));
    return Py_NewRef(Py_None);
}

/// Up to Python 3.12 it does so by local functions that refer to it.
PyObject *protocolOfTls(PyObject *function)
{
    PyObject *cells = PyFunction_GET_CLOSURE(function);
    for (Py_ssize_t i = 0; cells && i < PyTuple_GET_SIZE(cells); ++i) {
        PyObject *content = PyCell_GET(PyTuple_GET_ITEM(cells, i));
        if (content && is(content, s_tlsProtocol))
            return programsProtocol(Py_NewRef(content));
    }
    return Py_NewRef(Py_None);
}

/// A new reference; to None if there is none.
PyObject *protocolOf(PyObject *entered)
{
    if (PyObject *protocol = Transport::protocolOf(entered))
        return programsProtocol(Py_NewRef(protocol));
    if (PyMethod_Check(entered))
        return protocolOfMethod(entered);
    if (PyFunction_Check(entered) && PyFunction_GET_GLOBALS(entered) == s_tlsNames)
        return protocolOfTls(entered);
    return Py_NewRef(Py_None);
}

} // namespace

bool Entrance::initialize()
{
    const Ref tls(PyImport_ImportModule("asyncio.sslproto"));
    const Ref subprocess(tls ? PyImport_ImportModule("asyncio.base_subprocess") : nullptr);
    if (!subprocess)
        return false;
    s_tlsNames = PyObject_GetAttrString(tls.get(), "__dict__");
    s_tlsProtocol = PyObject_GetAttrString(tls.get(), "SSLProtocol");
    s_pipeProtocol = PyObject_GetAttrString(subprocess.get(), "WriteSubprocessPipeProto");
    s_protocolMethods = setOf({ "connection_made", "connection_lost", "data_received",
                                "eof_received", "pause_writing", "resume_writing", "get_buffer",
                                "buffer_updated", "datagram_received", "error_received",
                                "pipe_data_received", "pipe_connection_lost", "process_exited" });
    s_transportMethods = setOf({ "_call_connection_lost", "_connected" });
    return s_tlsNames && s_tlsProtocol && s_pipeProtocol && s_protocolMethods && s_transportMethods;
}

bool Entrance::mayEnter(PyObject *callback) const
{
    if (Transport::isWriting(callback)) // it looks for itself what it may do
        return true;
    const Ref protocol(protocolOf(callback));
    if (!protocol)
        return false;
    return protocol.get() == Py_None || !isEnteredOutside(protocol.get());
}

bool Entrance::isEnteredOutside(PyObject *protocol) const
{
    if (!m_outer)
        return false;
    const Ref wanted(programsProtocol(Py_NewRef(protocol)));
    for (const Entrance *entrance = m_outer; entrance; entrance = entrance->m_outer) {
        const Ref entered(wanted ? entrance->protocol() : nullptr);
        if (!entered || entered.get() == wanted.get())
            return true;
    }
    return false;
}

PyObject *Entrance::protocol() const
{
    if (m_protocol)
        return programsProtocol(Py_NewRef(m_protocol));
    return m_callback ? protocolOf(m_callback) : Py_NewRef(Py_None);
}

} // namespace QtAsyncio
