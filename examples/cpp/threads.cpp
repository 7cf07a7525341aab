// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

// Several threads, each with a dispatcher of its own; the main thread keeps Qt's.
//
// Ends with status 0 if every thread has done its work.

#include "callbackqueue.h"

#include <QtAsyncio/createdispatcher.h>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qeventloop.h>
#include <QtCore/qthread.h>
#include <QtCore/qtimer.h>

#include <atomic>
#include <cstdio>
#include <memory>
#include <vector>

using namespace std::chrono_literals;

namespace {

constexpr int Threads = 4;
constexpr int Ticks = 10;

std::atomic<int> s_done = 0;

/// A chain of callbacks and a QTimer, in the thread that calls this.
void work(int number)
{
    QEventLoop loop;
    CallbackQueue queue(QtAsyncio::currentLoopHost());

    int calls = 0;
    const std::function<void()> call = [&] {
        ++calls;
        queue.callLater(100us, call);
    };
    queue.callSoon(call);

    int ticks = 0;
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, &loop, [&] {
        if (++ticks == Ticks)
            loop.quit();
    });
    timer.start(1ms);

    loop.exec();
    std::printf("thread %d: %d ticks, %d callbacks\n", number, ticks, calls);
    if (calls > 0)
        ++s_done;
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);

    int running = Threads;
    std::vector<std::unique_ptr<QThread>> threads;
    for (int number = 1; number <= Threads; ++number) {
        QThread *thread = threads.emplace_back(QThread::create(work, number)).get();
        // Before the thread is started, which takes it over.
        thread->setEventDispatcher(QtAsyncio::createEventDispatcher());
        QObject::connect(thread, &QThread::finished, &app, [&] {
            if (--running == 0)
                QCoreApplication::quit();
        });
        thread->start();
    }

    QCoreApplication::exec();
    for (const auto &thread : threads)
        thread->wait();
    return s_done == Threads ? 0 : 1;
}
