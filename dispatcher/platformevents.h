// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <QtCore/qeventloop.h>

namespace QtAsyncio {

/// The window system's part of an iteration, where there is one.
///
/// Used in the main thread only, between startingUp() and closingDown() of its dispatcher.
class PlatformEvents
{
public:
    using Flags = QEventLoop::ProcessEventsFlags;

    virtual ~PlatformEvents() = default;

    virtual void startingUp() = 0;
    virtual void closingDown() = 0;

    /// True if the platform has a pump of its own, which delivers posted events too.
    virtual bool hasPump() const = 0;
    /// Runs the pump without blocking; true if it handled something.
    virtual bool pump(Flags flags) = 0;
    /// Delivers queued window-system events; true if there were any.
    virtual bool sendWindowSystemEvents(Flags flags) = 0;
};

} // namespace QtAsyncio
