// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "applicationdispatcher.h"
#include "qpaevents.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qthread.h>

#include <atomic>
#include <system_error>

#include <unistd.h>

namespace QtAsyncio {

namespace {

std::atomic<bool> s_installing = true;

} // namespace

ApplicationDispatcher::ApplicationDispatcher()
{
    setPlatformEvents(std::make_unique<QpaEvents>());
}

ApplicationDispatcher::~ApplicationDispatcher()
{
    if (!m_leavesSuccessor || !s_installing.load())
        return;
    try {
        install();
    } catch (const std::system_error &error) { // no descriptor is left
        qWarning("QtAsyncio: the next application will have Qt's own event dispatcher: %s",
                 error.what());
    }
}

ApplicationDispatcher::Installation ApplicationDispatcher::install()
{
    QThread *thread = QThread::currentThread();
    if (QAbstractEventDispatcher::instance(thread))
        return EventDispatcher::current() ? Installation::Present : Installation::Refused;
    auto *dispatcher = new ApplicationDispatcher; // owned by the thread's data from here on
    thread->setEventDispatcher(dispatcher);
    const QCoreApplication *app = QCoreApplication::instance();
    // Without an application the process's first thread is the one that will have it.
    dispatcher->m_leavesSuccessor = app ? app->thread() == thread : ::gettid() == ::getpid();
    if (app)
        dispatcher->startingUp(); // nobody else would call it any more
    return Installation::Installed;
}

void ApplicationDispatcher::stopInstalling()
{
    s_installing.store(false);
}

} // namespace QtAsyncio
