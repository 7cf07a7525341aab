// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "export.h"

#include <memory>

namespace QtAsyncio {

/// A QEventLoop of the calling thread.
class NestedEventLoop
{
public:
    virtual ~NestedEventLoop() = default;

    virtual void exec() = 0;
    virtual void exit() = 0;
    /// One iteration, which may block.
    virtual void processEvents() = 0;
};

/// Qt's event loops, for an interpreter whose program has loaded Qt but no binding of it: C++ that
/// embeds Python. An interface without symbols, as LoopHost is.
class EventLoops
{
public:
    /// Whether there is an application, which the program has made.
    virtual bool hasApplication() const = 0;
    /// As QCoreApplication::exec(), quit() and exit(). The application's thread only.
    virtual void execApplication() = 0;
    virtual void quitApplication() = 0;
    virtual void exitApplication() = 0;

    /// As QThread::loopLevel() of the calling thread.
    virtual int loopLevel() const = 0;
    virtual std::unique_ptr<NestedEventLoop> createEventLoop() = 0;

protected:
    ~EventLoops() = default;
};

} // namespace QtAsyncio

/// The one of this process.
extern "C" QTASYNCIO_EXPORT QtAsyncio::EventLoops *qtasyncio_event_loops();
