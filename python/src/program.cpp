// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

// The functions of Python's C API that the interpreter runs its own main program with. An
// exception is reported before it gets to the frames of our command line, so a traceback begins
// where the program does; SystemExit and KeyboardInterrupt get the exit status that they get
// from the interpreter, because it is the one that decides.

#include "program.h"

#include <cstdio>

namespace py = pybind11;

namespace QtAsyncio::Program {

namespace {

/// Runs a script or a `.pyc` in the module `__main__`; false if it ended with an exception.
bool runFile(const std::string &path)
{
    std::FILE *file = std::fopen(path.c_str(), "rbe");
    if (!file) {
        PyErr_SetFromErrnoWithFilename(PyExc_OSError, path.c_str());
        throw py::error_already_set();
    }
    return PyRun_AnyFileExFlags(file, path.c_str(), true, nullptr) == 0;
}

/// As runFile(); a prompt, if standard input is a terminal.
bool runStandardInput()
{
    return PyRun_AnyFileExFlags(stdin, "<stdin>", false, nullptr) == 0;
}

/// Lets the interpreter end by SIGINT, as after a script that Ctrl+C has ended.
///
/// It does if KeyboardInterrupt has come out of a source text, and has no other name for that.
void rememberInterrupt()
{
    const py::dict globals;
    Py_XDECREF(
            PyRun_String("raise KeyboardInterrupt", Py_file_input, globals.ptr(), globals.ptr()));
    PyErr_Clear();
}

/// Calls a function of `runpy` that runs in `__main__`; false if it ended with an exception.
bool callMain(const py::function &function, const py::args &arguments)
{
    const auto result =
            py::reinterpret_steal<py::object>(PyObject_CallObject(function.ptr(), arguments.ptr()));
    if (result)
        return true;
    const bool interrupted = PyErr_Occurred() == PyExc_KeyboardInterrupt;
    PyErr_Print(); // does not return from SystemExit
    if (interrupted)
        rememberInterrupt();
    return false;
}

} // namespace

void addTo(py::module_ &module)
{
    module.def("run_file", &runFile, py::arg("path"));
    module.def("run_standard_input", &runStandardInput);
    module.def("call_main", &callMain, py::arg("function"));
}

} // namespace QtAsyncio::Program
