// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "embeddedqt.h"
#include "constructed.h"
#include "dispatcherlibrary.h"

#include <eventloops.h>

#include <dlfcn.h>

namespace py = pybind11;

namespace QtAsyncio::EmbeddedQt {

namespace {

bool hasQt()
{
    void *library = ::dlopen("libQt6Core.so.6", RTLD_NOLOAD | RTLD_LAZY);
    if (library)
        ::dlclose(library); // it stays: whoever loaded it keeps it
    return library;
}

EventLoops &loops()
{
    return *DispatcherLibrary::eventLoops();
}

} // namespace

void addTo(py::module_ &module)
{
    using Released = py::call_guard<py::gil_scoped_release>;
    module.def("has_qt", &hasQt);
    module.def("has_application", [] { return loops().hasApplication(); });
    module.def("exec_application", [] { loops().execApplication(); }, Released());
    module.def("quit_application", [] { loops().quitApplication(); }, Released());
    module.def("exit_application", [] { loops().exitApplication(); });
    module.def("loop_level", [] { return loops().loopLevel(); });
    py::class_<NestedEventLoop>(module, "NestedEventLoop")
            .def(py::init([] { return loops().createEventLoop(); }))
            .def("exec",
                 [](py::handle self) {
                     auto &loop = constructed<NestedEventLoop>(self);
                     const py::gil_scoped_release released;
                     loop.exec();
                 })
            .def("exit", [](py::handle self) { constructed<NestedEventLoop>(self).exit(); })
            .def("process_events", [](py::handle self) {
                auto &loop = constructed<NestedEventLoop>(self);
                const py::gil_scoped_release released;
                loop.processEvents();
            });
}

} // namespace QtAsyncio::EmbeddedQt
