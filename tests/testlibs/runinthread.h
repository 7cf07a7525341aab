// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <QtCore/qthread.h>

#include <atomic>
#include <memory>

namespace QtAsyncio {

/// Runs \a function in a QThread, with \a dispatcher in place if there is one, to its end.
template <typename Function>
bool runInThread(QAbstractEventDispatcher *dispatcher, Function function)
{
    // Qt orders the end of a thread by a mutex that no sanitizer sees in its library.
    std::atomic<bool> done = false;
    const std::unique_ptr<QThread> thread(QThread::create([&] {
        function();
        done.store(true);
    }));
    if (dispatcher)
        thread->setEventDispatcher(dispatcher);
    thread->start();
    return thread->wait(10'000) && done.load();
}

} // namespace QtAsyncio
