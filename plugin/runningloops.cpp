// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

// Qt knows which event loops run in a thread, but QCoreApplication::exit() and QThread::exit() end
// all of them, those of a host below ours too. The list is in a private object of the thread's, to
// which each QObject points: in Qt 6.4 behind three numbers, in 6.11 at its beginning. It is believed
// only where all that is known otherwise agrees with it.

#include "runningloops.h"

#include <QtCore/qabstracteventdispatcher.h>
#include <QtCore/qeventloop.h>
#include <QtCore/qlist.h>
#include <QtCore/qthread.h>

namespace QtAsyncio::RunningLoops {

namespace {

/// How Qt's QObjectPrivate begins.
struct ObjectPrivate : QObjectData
{
    void *extraData;
    QAtomicPointer<const char> threadData;
};

/// Opens the protected member.
struct Object : QObject
{
    static const char *threadData(const QObject *object)
    {
        const QObjectData *data = (object->*(&Object::d_ptr)).data();
        return static_cast<const ObjectPrivate *>(data)->threadData.loadRelaxed();
    }
};

using List = QList<QEventLoop *>; // the innermost is the last

constexpr int PlacesOfList[] = { 0, 16 }; // in the data of a thread

/// All that run in the thread of both objects; null if Qt is built otherwise.
const List *eventLoops(const QObject *dispatcher, const QEventLoop *eventLoop, int level)
{
    const char *data = Object::threadData(dispatcher);
    const int loopLevel = QThread::currentThread()->loopLevel();
    if (!data || data != Object::threadData(eventLoop) || level < 0 || level >= loopLevel)
        return nullptr;
    for (const int place : PlacesOfList) {
        const auto *list = reinterpret_cast<const List *>(data + place);
        if (list->size() == loopLevel && list->at(level) == eventLoop)
            return list;
    }
    return nullptr;
}

} // namespace

bool exitAbove(int level)
{
    const QObject *dispatcher = QAbstractEventDispatcher::instance();
    if (!dispatcher)
        return false;
    for (const QObject *child : dispatcher->children()) {
        const auto *eventLoop = qobject_cast<const QEventLoop *>(child);
        const List *running = eventLoop ? eventLoops(dispatcher, eventLoop, level) : nullptr;
        if (!running)
            continue;
        for (qsizetype i = level + 1; i < running->size(); ++i)
            running->at(i)->exit();
        return true;
    }
    return false;
}

} // namespace QtAsyncio::RunningLoops
