// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

// The Python types of the native halves of transports.

#include "datagramtransport.h"
#include "nativecall.h"
#include "slotoffset.h"
#include "streamtransport.h"
#include "transportmethods.h"

#include <pybind11/pybind11.h>

#include <structmember.h>

#include <deque>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

namespace py = pybind11;

namespace QtAsyncio::Transports {

namespace {

Py_ssize_t s_state = 0; // where the state is in an object: behind what asyncio's classes have
Py_ssize_t s_transport = 0; // behind that
Py_ssize_t s_extra = 0; // of the slot of asyncio.BaseTransport

void *at(PyObject *self, Py_ssize_t offset) noexcept
{
    return reinterpret_cast<char *>(self) + offset;
}

// ---- Life

/// Nothing in it may throw: the garbage collector would find an object without its transport.
template <typename Class, auto... arguments>
PyObject *create(PyTypeObject *type, PyObject *, PyObject *)
{
    PyObject *self = type->tp_alloc(type, 0);
    if (!self)
        return nullptr;
    static_assert(std::is_nothrow_constructible_v<Class, PyObject *, Transport::State &,
                                                  decltype(arguments)...>);
    auto *state = new (at(self, s_state)) Transport::State;
    new (at(self, s_transport)) Class(self, *state, arguments...);
    return self;
}

int traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(extraInformation(self));
    return of(self).traverse(visit, arg);
}

int clear(PyObject *self)
{
    Py_CLEAR(extraInformation(self));
    of(self).clear();
    return 0;
}

void deallocate(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    clear(self);
    of(self).~Transport();
    type->tp_free(self);
    Py_DECREF(type);
}

/// The state as attributes, under asyncio's private names; the offsets are from the state. They hide
/// the slots of asyncio's _FlowControlMixin, which are empty.
const std::vector<PyMemberDef> Members = {
    { "_loop", T_OBJECT, offsetof(Transport::State, loop), READONLY, nullptr },
    { "_protocol", T_OBJECT, offsetof(Transport::State, protocol), READONLY, nullptr },
    { "_empty_waiter", T_OBJECT, offsetof(Transport::State, emptyWaiter), 0, nullptr },
    { "_context", T_OBJECT, offsetof(Transport::State, context), 0, nullptr },
    { "_high_water", T_PYSSIZET, offsetof(Transport::State, highWater), 0, nullptr },
    { "_low_water", T_PYSSIZET, offsetof(Transport::State, lowWater), 0, nullptr },
    { "_sock_fd", T_INT, offsetof(Transport::State, descriptor), READONLY, nullptr },
    { "_fileno", T_INT, offsetof(Transport::State, descriptor), READONLY, nullptr },
    { "_conn_lost", T_INT, offsetof(Transport::State, lost), 0, nullptr },
    { "_closing", T_BOOL, offsetof(Transport::State, closing), 0, nullptr },
    { "_paused", T_BOOL, offsetof(Transport::State, paused), 0, nullptr },
    { "_eof", T_BOOL, offsetof(Transport::State, endWritten), 0, nullptr },
    { "_protocol_paused", T_BOOL, offsetof(Transport::State, protocolPaused), 0, nullptr },
};

PyGetSetDef s_streamAttributes[] = {
    { "_buffer", NativeCall::get<getBuffer>(), nullptr, nullptr, nullptr },
    { nullptr, nullptr, nullptr, nullptr, nullptr },
};
PyGetSetDef s_noAttributes[] = { { nullptr, nullptr, nullptr, nullptr, nullptr } };

// ---- Creation

/// The tables of a type have to live as long as it does.
struct Kind
{
    const char *name;
    std::vector<const char *> bases; // in asyncio.transports
    newfunc create;
    std::size_t size; // of the transport
    std::vector<Methods> methods;
    PyGetSetDef *attributes;
};

std::vector<Kind> kinds()
{
    return {
        { "QtAsyncio._native.SocketTransport",
          { "_FlowControlMixin" },
          create<StreamTransport, StreamTransport::File::Socket>,
          sizeof(StreamTransport),
          { Reading, FlowControl, Writing },
          s_streamAttributes },
        { "QtAsyncio._native.ReadPipeTransport",
          { "ReadTransport" },
          create<StreamTransport, StreamTransport::File::ReadPipe>,
          sizeof(StreamTransport),
          { Reading },
          s_noAttributes },
        { "QtAsyncio._native.WritePipeTransport",
          { "_FlowControlMixin" },
          create<StreamTransport, StreamTransport::File::WritePipe>,
          sizeof(StreamTransport),
          { FlowControl, Writing },
          s_streamAttributes },
        { "QtAsyncio._native.DatagramTransport",
          { "_FlowControlMixin", "DatagramTransport" },
          create<DatagramTransport>,
          sizeof(DatagramTransport),
          { Reading, FlowControl, Datagrams },
          s_noAttributes },
    };
}

template <typename Entry> Entry *toTable(std::vector<Entry> entries)
{
    entries.push_back(Entry{ });
    static auto *const tables = new std::deque<std::vector<Entry>>; // the types refer to them
    return tables->emplace_back(std::move(entries)).data();
}

PyMethodDef *methodsOf(const Kind &kind)
{
    Methods all = Common;
    for (const Methods &methods : kind.methods)
        all.insert(all.end(), methods.begin(), methods.end());
    return toTable(std::move(all));
}

PyMemberDef *members()
{
    std::vector<PyMemberDef> all = Members;
    for (PyMemberDef &member : all)
        member.offset += s_state;
    return toTable(std::move(all));
}

void addType(PyObject *module, const py::object &type)
{
    if (PyModule_AddType(module, reinterpret_cast<PyTypeObject *>(type.ptr())) < 0)
        throw py::error_already_set();
}

py::object createType(const Kind &kind, py::handle transports)
{
    py::list bases;
    for (const char *base : kind.bases)
        bases.append(transports.attr(base));
    PyType_Slot slots[] = {
        { Py_tp_new, reinterpret_cast<void *>(kind.create) },
        { Py_tp_traverse, reinterpret_cast<void *>(traverse) },
        { Py_tp_clear, reinterpret_cast<void *>(clear) },
        { Py_tp_dealloc, reinterpret_cast<void *>(deallocate) },
        { Py_tp_methods, methodsOf(kind) },
        { Py_tp_members, members() },
        { Py_tp_getset, kind.attributes },
        { 0, nullptr },
    };
    PyType_Spec spec = { kind.name, int(std::size_t(s_transport) + kind.size), 0,
                         Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, slots };
    PyObject *type = PyType_FromSpecWithBases(&spec, py::tuple(bases).ptr());
    if (!type)
        throw py::error_already_set();
    return py::reinterpret_steal<py::object>(type);
}

} // namespace

PyObject *&extraInformation(PyObject *self) noexcept
{
    return *static_cast<PyObject **>(at(self, s_extra));
}

Transport &of(PyObject *self) noexcept
{
    return *std::launder(static_cast<Transport *>(at(self, s_transport)));
}

bool initialize(PyObject *module)
{
    try {
        const auto transports = py::module_::import("asyncio.transports");
        s_extra = slotOffset(transports.attr("BaseTransport"), "_extra");
        const py::object largest = transports.attr("_FlowControlMixin");
        s_state = reinterpret_cast<PyTypeObject *>(largest.ptr())->tp_basicsize;
        s_transport = s_state + Py_ssize_t(sizeof(Transport::State));
        for (const Kind &kind : kinds())
            addType(module, createType(kind, transports));
        return true;
    } catch (py::error_already_set &error) {
        error.restore();
        return false;
    }
}

} // namespace QtAsyncio::Transports
