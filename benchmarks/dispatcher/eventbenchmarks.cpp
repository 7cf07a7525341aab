// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "benchmarks.h"
#include "measuring.h"

#include <QtCore/qabstracteventdispatcher.h>
#include <QtCore/qcoreapplication.h>
#include <QtCore/qcoreevent.h>
#include <QtCore/qeventloop.h>
#include <QtCore/qtimer.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <thread>
#include <vector>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

constexpr int Events = 1000000;
constexpr int Pings = 1000;
constexpr int Calls = 200000;

/// Counts its events, and posts the next one until it has had enough.
class Chain : public QObject
{
public:
    explicit Chain(int wanted = 0)
        : m_wanted(wanted)
    {
    }

    int count() const { return m_count; }
    void post() { QCoreApplication::postEvent(this, new QEvent(QEvent::User)); }
    void end() { m_wanted = 0; }
    void setLoop(QEventLoop *loop) { m_loop = loop; }

protected:
    void customEvent(QEvent *) override
    {
        if (++m_count < m_wanted)
            post();
        else if (m_loop)
            m_loop->quit();
    }

private:
    int m_wanted;
    int m_count = 0;
    QEventLoop *m_loop = nullptr;
};

void measureChainUnderProcessEvents()
{
    Chain chain(std::numeric_limits<int>::max());
    const Stopwatch watch;
    chain.post();
    while (watch.seconds() < 1) {
        for (int i = 0; i < 100; ++i)
            QCoreApplication::processEvents();
    }
    printFigure(u"posted.chain_processEvents"_s, chain.count() / watch.seconds(), "events/s");
}

void measureChainUnderExec()
{
    QEventLoop loop;
    Chain chain(Events);
    chain.setLoop(&loop);
    const Stopwatch watch;
    chain.post();
    loop.exec();
    printFigure(u"posted.chain_exec"_s, chain.count() / watch.seconds(), "events/s");
}

void measureBurst()
{
    Chain receiver;
    const Stopwatch watch;
    for (int i = 0; i < Events; ++i)
        receiver.post();
    QCoreApplication::processEvents();
    printFigure(u"posted.burst_1M"_s, receiver.count() / watch.seconds(), "events/s");
}

/// Notes how long the events took that another thread posts one by one.
class Receiver : public QObject
{
public:
    void ping()
    {
        m_answered = false;
        m_sent = steady_clock::now();
        QCoreApplication::postEvent(this, new QEvent(QEvent::User));
        while (!m_answered)
            std::this_thread::yield();
    }

    [[nodiscard]] std::vector<double> sortedMicroseconds()
    {
        std::sort(m_microseconds.begin(), m_microseconds.end());
        return m_microseconds;
    }

protected:
    void customEvent(QEvent *) override
    {
        m_microseconds.push_back(Seconds(steady_clock::now() - m_sent).count() * 1e6);
        m_answered = true;
    }

private:
    steady_clock::time_point m_sent; // read after the event that was posted behind the write
    std::atomic<bool> m_answered = false;
    std::vector<double> m_microseconds;
};

void measureLatency()
{
    Receiver receiver;
    QEventLoop loop;
    std::thread thread([&] {
        for (int i = 0; i < Pings; ++i) {
            std::this_thread::sleep_for(1ms);
            receiver.ping();
        }
        QMetaObject::invokeMethod(&loop, &QEventLoop::quit, Qt::QueuedConnection);
    });
    loop.exec();
    thread.join();
    const std::vector<double> microseconds = receiver.sortedMicroseconds();
    printFigure(u"wakeup.p50"_s, microseconds[Pings / 2], "us");
    printFigure(u"wakeup.p99"_s, microseconds[Pings * 99 / 100], "us");
}

template <typename Function> void measureCalls(const QString &name, Function function)
{
    const Stopwatch watch;
    for (int i = 0; i < Calls; ++i)
        function();
    printFigure(name, watch.seconds() / Calls * 1e9, "ns");
}

} // namespace

void measurePostedEvents()
{
    measureChainUnderProcessEvents();
    measureChainUnderExec();
    measureBurst();
}

void measureWakeUps()
{
    measureLatency();
    QAbstractEventDispatcher *dispatcher = QAbstractEventDispatcher::instance();
    measureCalls(u"wakeUp.call_repeated"_s, [&] { dispatcher->wakeUp(); });
    measureCalls(u"wakeUp+processEvents"_s, [&] {
        dispatcher->wakeUp();
        QCoreApplication::processEvents();
    });
    measureCalls(u"processEvents_empty"_s, [] { QCoreApplication::processEvents(); });
}

void measureIdleness()
{
    QTimer timer;
    timer.start(1s);
    const long switchesBefore = voluntarySwitches();
    const Stopwatch watch;
    runEventLoop(3s);
    printFigure(u"idle_3s.cpu"_s, watch.processorSeconds() * 1e3, "ms");
    printFigure(u"idle_3s.switches"_s, double(voluntarySwitches() - switchesBefore), "");
}
