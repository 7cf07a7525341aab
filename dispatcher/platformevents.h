// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <QtCore/qeventloop.h>

namespace QtAsyncio {

class LoopHost;

/// The window system's part of an iteration, where there is one.
///
/// Owned and called by the dispatcher of the application's thread, in that thread, between its
/// startingUp() and closingDown(). factory.h brings the implementation for Qt's platforms; a
/// program writes its own only for events that come from elsewhere. No function may throw.
class PlatformEvents
{
public:
    using Flags = QEventLoop::ProcessEventsFlags;

    virtual ~PlatformEvents() = default;

    /// The application is complete. \a host may be given ready queues, which have to be detached
    /// in closingDown().
    virtual void startingUp(LoopHost &host) = 0;
    /// Its last iteration is over.
    virtual void closingDown() = 0;

    /// True if the platform has a pump of its own, which delivers posted events too.
    virtual bool hasPump() const = 0;
    /// Runs the pump without blocking; true if it handled something.
    virtual bool pump(Flags flags) = 0;
    /// Delivers queued window-system events, without blocking and except those that \a flags
    /// exclude; true if there were any.
    virtual bool sendWindowSystemEvents(Flags flags) = 0;
};

} // namespace QtAsyncio
