// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

// A C++ program with an embedded Python, whose coroutines run in the program's own exec().
//
// Python comes without a binding of Qt: none is needed, and none may bring a second Qt. With the
// argument "late" the dispatcher is not installed, and Python's loop is a guest of Qt's own.

#include <QtAsyncio/factory.h>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qtimer.h>

#include <pybind11/embed.h>

#include <cstdio>
#include <string_view>

namespace py = pybind11;

namespace {

constexpr const char *Script = R"(
import asyncio
import QtAsyncio

async def measure(number):
    await asyncio.sleep(0.01)
    return number * number

async def collect(report):
    for number in await asyncio.gather(*map(measure, range(4))):
        report(number)
)";

} // namespace

int main(int argc, char **argv)
{
    const bool late = argc > 1 && std::string_view(argv[1]) == "late";
    if (!late && qtasyncio_install() != 0) // before there is an application
        return 2;
    QCoreApplication app(argc, argv);

    const py::scoped_interpreter interpreter;
    py::exec(Script);
    const py::object collect = py::globals()["collect"];
    const py::object guest = py::module_::import("QtAsyncio").attr("start")();

    int ticks = 0;
    QTimer timer; // Qt's part goes on beside the coroutines
    QObject::connect(&timer, &QTimer::timeout, &app, [&] { ++ticks; });
    timer.start(1);

    int sum = 0;
    const py::cpp_function report([&](int number) { sum += number; });
    const py::cpp_function done([](const py::object &) { QCoreApplication::quit(); });
    const py::object task = guest.attr("loop").attr("create_task")(collect(report));
    task.attr("add_done_callback")(done);
    {
        const py::gil_scoped_release released;
        QCoreApplication::exec();
    }
    guest.attr("stop")();
    std::printf("%d, %s\n", sum, ticks > 0 ? "ticking" : "frozen");
    return sum == 14 && ticks > 0 ? 0 : 1;
}
