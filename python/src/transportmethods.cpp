// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

// The methods of transports, in the forms that Python calls.

#include "transportmethods.h"
#include "arguments.h"
#include "datagramtransport.h"
#include "eventloop.h"
#include "nativecall.h"
#include "streamtransport.h"

namespace QtAsyncio::Transports {

namespace {

template <typename Class> Class &as(PyObject *self) noexcept
{
    return static_cast<Class &>(of(self));
}

PyObject *noneIf(bool success)
{
    return success ? Py_NewRef(Py_None) : nullptr;
}

/// Whether the transport was opened; false with a Python error set.
bool checkOpened(PyObject *self)
{
    if (!of(self).isOpened())
        PyErr_SetString(PyExc_ValueError, "the transport was never opened");
    return of(self).isOpened();
}

/// A method without arguments, from the function that does it.
template <bool (Transport::*function)()> PyObject *plain(PyObject *self, PyObject *)
{
    return noneIf((of(self).*function)());
}

PyObject *maybePauseProtocol(PyObject *self, PyObject *)
{
    return noneIf(checkOpened(self) && of(self).maybePauseProtocol());
}

PyObject *open(PyObject *self, PyObject *arguments)
{
    PyObject *loop, *file, *protocol, *information;
    int descriptor;
    if (!PyArg_ParseTuple(arguments, "OOiOO", &loop, &file, &descriptor, &protocol, &information))
        return nullptr;
    if (!EventLoop::isLoop(loop)) {
        PyErr_Format(PyExc_TypeError, "loop must be a QAsyncioEventLoop, not '%s'",
                     Py_TYPE(loop)->tp_name);
        return nullptr;
    }
    Py_XSETREF(extraInformation(self), Py_NewRef(information));
    return noneIf(of(self).open(loop, file, descriptor, protocol));
}

PyObject *setProtocol(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    PyObject *protocol = singleArgument("set_protocol", "protocol", args, count, names);
    return noneIf(protocol && of(self).setProtocol(protocol));
}

PyObject *getProtocol(PyObject *self, PyObject *)
{
    PyObject *protocol = of(self).state().protocol;
    return Py_NewRef(protocol ? protocol : Py_None);
}

PyObject *forget(PyObject *self, PyObject *)
{
    of(self).clear();
    Py_RETURN_NONE;
}

PyObject *isEntered(PyObject *self, PyObject *)
{
    return PyBool_FromLong(of(self).isEntered());
}

PyObject *isClosing(PyObject *self, PyObject *)
{
    return PyBool_FromLong(of(self).state().closing);
}

PyObject *isReading(PyObject *self, PyObject *)
{
    return PyBool_FromLong(of(self).isReading());
}

template <Interest interest> PyObject *isWatched(PyObject *self, PyObject *)
{
    return PyBool_FromLong(of(self).isWatched(interest));
}

PyObject *getBufferSize(PyObject *self, PyObject *)
{
    return PyLong_FromSsize_t(of(self).bufferSize());
}

PyObject *write(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    PyObject *data = singleArgument("write", "data", args, count, names);
    return noneIf(data && checkOpened(self) && as<StreamTransport>(self).write(data));
}

PyObject *writeLines(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    PyObject *lines = singleArgument("writelines", "list_of_data", args, count, names);
    return noneIf(lines && checkOpened(self) && as<StreamTransport>(self).writeLines(lines));
}

PyObject *configure(PyObject *self, PyObject *arguments)
{
    PyObject *peer;
    int connected;
    if (!PyArg_ParseTuple(arguments, "Op", &peer, &connected))
        return nullptr;
    return noneIf(checkOpened(self) && as<DatagramTransport>(self).configure(peer, connected));
}

PyObject *sendTo(PyObject *self, PyObject *arguments, PyObject *names)
{
    static char data[] = "data";
    static char addr[] = "addr";
    static char *keywords[] = { data, addr, nullptr };
    PyObject *object;
    PyObject *address = Py_None;
    if (!PyArg_ParseTupleAndKeywords(arguments, names, "O|O:sendto", keywords, &object, &address))
        return nullptr;
    return noneIf(checkOpened(self) && as<DatagramTransport>(self).sendTo(object, address));
}

constexpr int Keywords = METH_FASTCALL | METH_KEYWORDS;

} // namespace

PyObject *getBuffer(PyObject *self, void *)
{
    return as<StreamTransport>(self).bufferedBytes();
}

const Methods Common = {
    { "_open", NativeCall::method<open>(), METH_VARARGS, nullptr },
    { "set_protocol", NativeCall::method<setProtocol>(), Keywords,
      "set_protocol($self, protocol)\n--\n\n"
      "Set the protocol. As `asyncio.BaseTransport.set_protocol`." },
    { "get_protocol", NativeCall::method<getProtocol>(), METH_NOARGS,
      "get_protocol($self)\n--\n\n"
      "Return the protocol. As `asyncio.BaseTransport.get_protocol`." },
    { "is_closing", NativeCall::method<isClosing>(), METH_NOARGS,
      "is_closing($self)\n--\n\n"
      "Return whether it is closing or closed. As `asyncio.BaseTransport.is_closing`." },
    { "_is_entered", NativeCall::method<isEntered>(), METH_NOARGS, nullptr },
    { "_start_reading", NativeCall::method<plain<&Transport::startReading>>(), METH_NOARGS,
      nullptr },
    { "_stop_reading", NativeCall::method<plain<&Transport::stopReading>>(), METH_NOARGS, nullptr },
    { "_drop_buffer", NativeCall::method<plain<&Transport::dropBuffer>>(), METH_NOARGS, nullptr },
    { "_unsent", NativeCall::method<getBufferSize>(), METH_NOARGS, nullptr },
    { "_forget", NativeCall::method<forget>(), METH_NOARGS, nullptr },
    { "_reads", NativeCall::method<isWatched<Read>>(), METH_NOARGS, nullptr },
    { "_writes", NativeCall::method<isWatched<Write>>(), METH_NOARGS, nullptr },
};

const Methods Reading = {
    { "is_reading", NativeCall::method<isReading>(), METH_NOARGS,
      "is_reading($self)\n--\n\n"
      "Return whether data is being received. As `asyncio.ReadTransport.is_reading`." },
    { "pause_reading", NativeCall::method<plain<&Transport::pauseReading>>(), METH_NOARGS,
      "pause_reading($self)\n--\n\n"
      "Receive no more data for now. As `asyncio.ReadTransport.pause_reading`." },
    { "resume_reading", NativeCall::method<plain<&Transport::resumeReading>>(), METH_NOARGS,
      "resume_reading($self)\n--\n\n"
      "Go on to receive data. As `asyncio.ReadTransport.resume_reading`." },
};

const Methods FlowControl = {
    { "get_write_buffer_size", NativeCall::method<getBufferSize>(), METH_NOARGS,
      "get_write_buffer_size($self)\n--\n\n"
      "Return how many bytes wait to be sent. As "
      "`asyncio.WriteTransport.get_write_buffer_size`." },
    { "_maybe_pause_protocol", NativeCall::method<maybePauseProtocol>(), METH_NOARGS, nullptr },
};

const Methods Writing = {
    { "write", NativeCall::method<write>(), Keywords,
      "write($self, data)\n--\n\n"
      "Send bytes, now or when the peer takes them. As `asyncio.WriteTransport.write`." },
    { "writelines", NativeCall::method<writeLines>(), Keywords,
      "writelines($self, list_of_data)\n--\n\n"
      "Send an iterable of bytes, without joining them. As "
      "`asyncio.WriteTransport.writelines`." },
};

const Methods Datagrams = {
    { "sendto", NativeCall::method<sendTo>(), METH_VARARGS | METH_KEYWORDS,
      "sendto($self, data, addr=None)\n--\n\n"
      "Send bytes to an address. As `asyncio.DatagramTransport.sendto`." },
    { "_configure", NativeCall::method<configure>(), METH_VARARGS, nullptr },
};

} // namespace QtAsyncio::Transports
