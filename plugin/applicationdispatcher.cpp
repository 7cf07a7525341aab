// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "applicationdispatcher.h"
#include "applicationevents.h"

#include <createdispatcher.h>

#include <QtCore/qabstracteventdispatcher.h>
#include <QtCore/qcoreapplication.h>
#include <QtCore/qthread.h>

#include <atomic>
#include <system_error>

#include <unistd.h>

namespace QtAsyncio::ApplicationDispatcher {

namespace {

std::atomic<bool> s_installing = true;

void leaveSuccessor()
{
    if (!s_installing.load())
        return;
    try {
        install();
    } catch (const std::system_error &error) { // no descriptor is left
        qWarning("QtAsyncio: the next application will have Qt's own event dispatcher: %s",
                 error.what());
    }
}

} // namespace

QAbstractEventDispatcher *create()
{
    return createEventDispatcher(std::make_unique<ApplicationEvents>());
}

Installation install()
{
    QThread *thread = QThread::currentThread();
    if (QAbstractEventDispatcher::instance(thread))
        return currentLoopHost() ? Installation::Present : Installation::Refused;
    QAbstractEventDispatcher *dispatcher = create(); // owned by the thread's data from here on
    thread->setEventDispatcher(dispatcher);
    const QCoreApplication *app = QCoreApplication::instance();
    // Without an application the process's first thread is the one that will have it.
    if (app ? app->thread() == thread : ::gettid() == ::getpid())
        QObject::connect(dispatcher, &QObject::destroyed, leaveSuccessor);
    if (app)
        dispatcher->startingUp(); // nobody else would call it any more
    return Installation::Installed;
}

void stopInstalling()
{
    s_installing.store(false);
}

} // namespace QtAsyncio::ApplicationDispatcher
