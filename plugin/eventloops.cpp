// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "eventloops.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qeventloop.h>
#include <QtCore/qthread.h>

namespace QtAsyncio {

namespace {

class QtNestedEventLoop final : public NestedEventLoop
{
public:
    void exec() override
    {
        if (isThisThread())
            m_loop.exec();
    }
    void exit() override { m_loop.exit(); }
    void processEvents() override
    {
        if (isThisThread())
            m_loop.processEvents(QEventLoop::WaitForMoreEvents);
    }

private:
    bool isThisThread() const
    {
        const bool same = m_loop.thread() == QThread::currentThread();
        if (!same)
            qWarning("QtAsyncio: an event loop cannot be run in another thread than its own");
        return same;
    }

    QEventLoop m_loop;
};

class QtEventLoops final : public EventLoops
{
public:
    bool hasApplication() const override { return QCoreApplication::instance(); }
    void execApplication() override { QCoreApplication::exec(); }
    void quitApplication() override { QCoreApplication::quit(); }
    void exitApplication() override { QCoreApplication::exit(); }
    int loopLevel() const override { return QThread::currentThread()->loopLevel(); }
    std::unique_ptr<NestedEventLoop> createEventLoop() override
    {
        return std::make_unique<QtNestedEventLoop>();
    }
};

} // namespace
} // namespace QtAsyncio

QtAsyncio::EventLoops *qtasyncio_event_loops()
{
    static QtAsyncio::QtEventLoops loops;
    return &loops;
}
