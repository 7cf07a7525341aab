// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "applicationdispatcher.h"
#include "applicationevents.h"
#include "applicationstart.h"
#include "exportedfunctions.h"
#include "qpalibrary.h"

#include <createdispatcher.h>

#include <QtCore/qabstracteventdispatcher.h>
#include <QtCore/qcoreapplication.h>
#include <QtCore/qthread.h>
#include <QtCore/qvariant.h>

#include <atomic>
#include <exception>

#include <unistd.h>

namespace QtAsyncio::ApplicationDispatcher {

namespace {

std::atomic<bool> s_installing = true;

void leaveSuccessor(const char *activation)
{
    if (!s_installing.load())
        return;
    try {
        install(activation);
    } catch (const std::exception &error) { // no descriptor or memory is left
        qWarning("QtAsyncio: the next application will have Qt's own event dispatcher: %s",
                 error.what());
    }
}

/// Ends the succession when static objects are destroyed: the dispatcher that Qt destroys in an
/// exit handler has no successor.
struct Succession
{
    ~Succession() { s_installing.store(false); }
};

/// Asked once: nothing that it depends on changes.
bool isSupported()
{
    static const bool supported = [] {
        const bool known = QpaLibrary::isKnown();
        if (!known)
            qWarning("QtAsyncio: the window system's part of Qt %s is not the one of Qt 6.4 to "
                     "6.%d: the application will have Qt's own event dispatcher",
                     qVersion(), QTASYNCIO_NEWEST_QT_MINOR);
        return known;
    }();
    return supported;
}

} // namespace

QAbstractEventDispatcher *create(const char *activation)
{
    QAbstractEventDispatcher *dispatcher =
            createEventDispatcher(std::make_unique<ApplicationEvents>());
    if (activation)
        Exported::setProperty(dispatcher, ActivationProperty, QString::fromUtf8(activation));
    return dispatcher;
}

Installation install(const char *activation)
{
    QThread *thread = QThread::currentThread();
    if (QAbstractEventDispatcher::instance(thread))
        return currentLoopHost() ? Installation::Present : Installation::Refused;
    const QCoreApplication *app = QCoreApplication::instance();
    // Without an application the process's first thread is the one that will have it.
    static const Succession ends; // destroyed before Qt's thread data, which exists by now
    const bool isMainThread = app ? app->thread() == thread : ::gettid() == ::getpid();
    if (isMainThread && !isSupported())
        return Installation::Refused;
    QAbstractEventDispatcher *dispatcher = create(activation);
    thread->setEventDispatcher(dispatcher); // whose data owns it from here on
    if (isMainThread)
        QObject::connect(dispatcher, &QObject::destroyed, [=] { leaveSuccessor(activation); });
    if (app)
        dispatcher->startingUp(); // nobody else would call it any more
    return Installation::Installed;
}

void stopInstalling()
{
    s_installing.store(false);
    ApplicationStart::setListener(nullptr);
}

} // namespace QtAsyncio::ApplicationDispatcher
