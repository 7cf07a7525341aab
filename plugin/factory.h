// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "export.h"

#include <QtCore/qglobal.h>

QT_BEGIN_NAMESPACE
class QAbstractEventDispatcher;
QT_END_NAMESPACE

namespace QtAsyncio {
class LoopHost;
}

/// The functions of the factory library.
///
/// They have C names, for those who load it at run time: that has to be after the Qt which it
/// shall serve. A C++ program links it as any library. All may be called from any thread. Those
/// that make a dispatcher throw std::system_error if the process has no descriptor left.
extern "C" {

/// A new dispatcher, complete for Core and Gui programs, to be set before the application exists.
/// It may serve another thread than the one that calls this. The caller owns it until Qt does.
QTASYNCIO_EXPORT QAbstractEventDispatcher *qtasyncio_create_dispatcher();

/// Puts a dispatcher in place for the calling thread. 0: done; 1: one of ours is there already;
/// 2: another is there, and Qt takes no second one, or Qt is one that ours cannot serve. Before there is an application, the first
/// thread that calls this becomes Qt's main thread.
///
/// Qt owns it. When it is deleted with its application it leaves a successor behind, which
/// serves the next application of the process.
QTASYNCIO_EXPORT int qtasyncio_install();

/// The same on behalf of somebody, such as a library that is preloaded: `python -m QtAsyncio info`
/// and the dispatcher's property "qtasyncio_activation" tell who it was. Does not throw: without a
/// descriptor there is a warning, and the answer is 2.
QTASYNCIO_EXPORT int qtasyncio_install_for(const char *activation);

/// Has \a function called whenever the dispatcher of an application starts its work, in the thread
/// of that application: ready queues whose host went with a former one can be attached again.
QTASYNCIO_EXPORT void qtasyncio_on_start(void (*function)());

/// Applications that end from now on leave no dispatcher behind for a next one,
/// and nobody is told of their start.
QTASYNCIO_EXPORT void qtasyncio_stop_installing();

/// What serves ready queues in the calling thread: its dispatcher, if that is one of ours, else
/// a guest of the dispatcher that it has. It stays Qt's. Null if the thread has none, and errno is
/// 0; or if the process has no descriptor left, and errno says so.
QTASYNCIO_EXPORT QtAsyncio::LoopHost *qtasyncio_host();

/// Who that is. 0: nobody, the calling thread has no dispatcher; 1: its dispatcher, one of ours;
/// 2: a guest of another.
QTASYNCIO_EXPORT int qtasyncio_mode();

/// Has the event loops of the calling thread return that run above a level, and no others. \a level
/// is QThread::loopLevel() from before the QEventLoop at that level began, which is a child of the
/// thread's dispatcher. False if this Qt does not tell which they are.
QTASYNCIO_EXPORT bool qtasyncio_exit_event_loops_above(int level);
}
