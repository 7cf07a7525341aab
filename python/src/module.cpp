// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "constructed.h"
#include "dispatcherlibrary.h"
#include "embeddedqt.h"
#include "entrance.h"
#include "eventloop.h"
#include "gil.h"
#include "handle.h"
#include "kernelfeatures.h"
#include "nativecall.h"
#include "program.h"
#include "releases.h"
#include "runpatch.h"
#include "socketoperation.h"
#include "takeerror.h"
#include "taskcoroutine.h"
#include "tasksuspension.h"
#include "transport.h"
#include "turn.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cerrno>
#include <exception>
#include <new>
#include <system_error>
#include <utility>

namespace py = pybind11;

using namespace QtAsyncio;

/// The interpreter's own function, exported from Python 3.10 to 3.14; later ones lack it.
extern "C" __attribute__((weak)) int _PyOS_IsMainThread(void);

namespace {

/// Up to Python 3.12 `threading` is not to be believed, if a program that embeds Python has
/// imported it in another thread first.
bool inMainThread()
{
    if (_PyOS_IsMainThread)
        return _PyOS_IsMainThread();
    const py::object main = py::module_::import("threading").attr("main_thread")();
    return main.attr("ident").cast<unsigned long>() == PyThread_get_thread_ident();
}

/// The loop that a function is given, borrowed.
PyObject *toLoop(py::handle object)
{
    if (EventLoop::isLoop(object.ptr()))
        return object.ptr();
    throw py::type_error(std::string("loop must be a QAsyncioEventLoop, not '")
                         + Py_TYPE(object.ptr())->tp_name + "'");
}

/// Raises the Python error that is set. Up to Python 3.11 the error may lack its exception object,
/// which is made here: if pybind11 failed to make it, it would throw something else.
[[noreturn]] void throwError()
{
    setError(takeError());
    throw py::error_already_set();
}

/// Raises an OSError with the errno, for instance if no descriptor is left.
void translateSystemError(std::exception_ptr pointer)
{
    try {
        std::rethrow_exception(std::move(pointer));
    } catch (const std::system_error &error) {
        setErrorOf(error);
    }
}

/// True if the loop is served from now on; false if the thread has no dispatcher.
bool attach(py::handle loop, bool served)
{
    PyObject *attached = toLoop(loop);
    LoopHost *host = DispatcherLibrary::host();
    if (!host && errno == ENOMEM) // of the kernel or of the C++ library
        throw std::bad_alloc();
    if (!host && errno)
        throw std::system_error(errno, std::generic_category());
    if (host && !EventLoop::attach(attached, host, served))
        throwError();
    return host;
}

bool replaceCoroutine(py::handle task, py::handle former, py::handle coroutine)
{
    return TaskCoroutine::replace(task.ptr(), former.ptr(), coroutine.ptr());
}

/// Keeps the application from quitting while it exists, or until it is released.
class QuitHold
{
public:
    QuitHold() { DispatcherLibrary::holdQuit(); }
    ~QuitHold() { release(false); }
    QuitHold(const QuitHold &) = delete;
    QuitHold &operator=(const QuitHold &) = delete;

    void release(bool decides)
    {
        if (std::exchange(m_held, false))
            DispatcherLibrary::releaseQuit(decides);
    }

private:
    bool m_held = true;
};

/// Refuses sub-interpreters: Qt, the dispatcher and `PyGILState_Ensure()` know one interpreter.
/// Runs in the importing interpreter before any code of pybind11.
PyObject *create(PyObject *spec, PyModuleDef *definition)
{
    if (PyInterpreterState_Get() == PyInterpreterState_Main())
        return py::detail::cached_create_module(spec, definition);
    PyErr_SetString(PyExc_ImportError,
                    "QtAsyncio cannot be imported in a sub-interpreter: import it in the main "
                    "interpreter, and give sub-interpreters work that needs no event loop of Qt");
    return nullptr;
}

} // namespace

static int pybind11_exec__native(PyObject *module); // what PYBIND11_MODULE_EXEC defines

PYBIND11_PLUGIN_IMPL(_native)
{
    PYBIND11_CHECK_PYTHON_VERSION
    static PyModuleDef_Slot slots[] = {
        { Py_mod_create, reinterpret_cast<void *>(&create) },
        { Py_mod_exec, reinterpret_cast<void *>(&pybind11_exec__native) },
#ifdef Py_mod_multiple_interpreters
        // With any other value Python itself refuses, without a reason.
        { Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED },
#endif
        { 0, nullptr },
    };
    static PyModuleDef definition = {
        PyModuleDef_HEAD_INIT, "_native", nullptr, 0, nullptr, slots, nullptr, nullptr, nullptr
    };
    return PyModuleDef_Init(&definition);
}

PYBIND11_MODULE_EXEC(_native, module)
{
    wasInitialized.store(Py_IsInitialized()); // a program may begin another interpreter
    module.doc() = "The part of QtAsyncio that runs for every callback.";
    module.attr("compiled_with_qt") = QTASYNCIO_QT_VERSION;
    if (!Handles::initialize(module.ptr()) || !EventLoop::initialize(module.ptr())
        || !RunPatch::initialize() || !SocketOperation::initialize(module.ptr())
        || !TaskSuspension::initialize() || !TaskCoroutine::initialize() || !Entrance::initialize()
        || !Transports::initialize(module.ptr()) || !Releases::addTo(module.ptr()))
        throw py::error_already_set();

    py::register_local_exception_translator(&translateSystemError);
    EmbeddedQt::addTo(module);
    Program::addTo(module);
    module.def("kernel_features", &kernelFeatures);
    module.def("in_main_thread", &inMainThread);
    module.def("begin_step", &TaskSuspension::beginStep);
    module.def("end_step", &TaskSuspension::endStep);
    module.def("replace_coroutine", &replaceCoroutine, py::arg("task"), py::arg("former"),
               py::arg("coroutine"));
    module.def("expect_several_loops", &Turn::expectSeveralLoops);
    module.def(
            "load",
            [](const std::string &path) {
                DispatcherLibrary::load(path);
                DispatcherLibrary::onStart(&EventLoop::serveAgain);
            },
            py::arg("path"));
    module.def("is_loaded", &DispatcherLibrary::isLoaded);
    module.def(
            "mode_of", [](py::handle loop) { return EventLoop::mode(toLoop(loop)); },
            py::arg("loop"));
    module.def("install", &DispatcherLibrary::install);
    module.def("mode", &DispatcherLibrary::mode);
    module.def("exit_event_loops_above", &DispatcherLibrary::exitEventLoopsAbove, py::arg("level"));
    module.def("shut_down", [] { // as Python's exit handlers run
        endingThread.store(PyThread_get_thread_ident());
        DispatcherLibrary::stopInstalling();
        EventLoop::detachAll();
    });
    Py_AtExit([] { // after Python's own exit handlers, which may have attached loops again
        DispatcherLibrary::stopInstalling();
        EventLoop::interpreterEnded();
    });
    module.def("watch_quits", &DispatcherLibrary::watchQuits);
    module.def("is_quitting", &DispatcherLibrary::isQuitting);
    py::class_<QuitHold>(module, "QuitHold")
            .def(py::init<>())
            .def(
                    "release",
                    [](py::handle self, bool decides) {
                        constructed<QuitHold>(self).release(decides);
                    },
                    py::arg("decides"));
    module.def("attach", &attach, py::arg("loop"), py::arg("served") = false);
    module.def(
            "has_host", [](py::handle loop) { return EventLoop::hasHost(toLoop(loop)); },
            py::arg("loop"));
    module.def("detach", [](py::handle loop) { EventLoop::detach(toLoop(loop)); }, py::arg("loop"));
}
