// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

// Callbacks of the program's own and a QTimer, served by one event loop.
//
// Prints what happens, and ends with status 0 if it did in the right order.

#include "callbackqueue.h"

#include <QtAsyncio/createdispatcher.h>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qtimer.h>

#include <cstdio>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

int main(int argc, char **argv)
{
    // Before there is an application, which takes it over.
    QCoreApplication::setEventDispatcher(QtAsyncio::createEventDispatcher());
    const QCoreApplication app(argc, argv);
    CallbackQueue queue(QtAsyncio::currentLoopHost());

    std::vector<std::string> told;
    const auto tell = [&](const char *what) {
        told.emplace_back(what);
        std::puts(what);
    };

    int ticks = 0;
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, &timer, [&] { ++ticks; });

    // A chain of callbacks: it is always one ready, and yet the timer gets its turn.
    int links = 0;
    const std::function<void()> chain = [&] {
        ++links;
        if (ticks < 3)
            return queue.callSoon(chain);
        tell("the timer has ticked three times");
        std::printf("(beside a chain of %d callbacks)\n", links);
        QCoreApplication::quit();
    };

    std::thread worker;
    queue.callLater(20ms, [&] {
        tell("20 ms have passed");
        worker = std::thread([&] {
            queue.callSoonThreadsafe([&] {
                tell("another thread has called");
                timer.start(5ms);
                chain();
            });
        });
    });
    queue.callLater(10ms, [&] { tell("10 ms have passed"); });
    queue.callSoon([&] {
        tell("first");
        queue.callSoon([&] { tell("third"); });
    });
    queue.callSoon([&] { tell("second"); });

    QCoreApplication::exec();
    worker.join();

    const std::vector<std::string> expected{ "first",
                                             "second",
                                             "third",
                                             "10 ms have passed",
                                             "20 ms have passed",
                                             "another thread has called",
                                             "the timer has ticked three times" };
    return told == expected ? 0 : 1;
}
