// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "dispatcherlibrary.h"
#include "embeddedqt.h"
#include "eventloop.h"
#include "handle.h"
#include "kernelfeatures.h"
#include "program.h"
#include "tasksuspension.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

using namespace QtAsyncio;

namespace {

/// True if the loop is served from now on; false if the thread has no dispatcher.
bool attach(py::handle loop, bool served)
{
    LoopHost *host = DispatcherLibrary::host();
    if (host)
        EventLoop::attach(loop.ptr(), host, served);
    return host;
}

} // namespace

PYBIND11_MODULE(_native, module)
{
    module.doc() = "The part of QtAsyncio that runs for every callback.";
    if (!Handles::initialize(module.ptr()) || !EventLoop::initialize(module.ptr())
        || !TaskSuspension::initialize())
        throw py::error_already_set();

    EmbeddedQt::addTo(module);
    Program::addTo(module);
    module.def("kernel_features", &kernelFeatures);
    module.def(
            "load",
            [](const std::string &path) {
                DispatcherLibrary::load(path);
                DispatcherLibrary::onStart(&EventLoop::serveAgain);
            },
            py::arg("path"));
    module.def("is_loaded", &DispatcherLibrary::isLoaded);
    module.def("install", &DispatcherLibrary::install);
    module.def("mode", &DispatcherLibrary::mode);
    module.def("shut_down", [] {
        DispatcherLibrary::stopInstalling();
        EventLoop::detachAll();
    });
    module.def("attach", &attach, py::arg("loop"), py::arg("served") = false);
    module.def(
            "has_host", [](py::handle loop) { return EventLoop::hasHost(loop.ptr()); },
            py::arg("loop"));
    module.def("detach", [](py::handle loop) { EventLoop::detach(loop.ptr()); }, py::arg("loop"));
}
