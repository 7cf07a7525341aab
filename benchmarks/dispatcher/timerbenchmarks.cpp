// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "benchmarks.h"
#include "measuring.h"

#include <QtCore/qeventloop.h>
#include <QtCore/qrandom.h>
#include <QtCore/qtimer.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <vector>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

using Timers = std::vector<std::unique_ptr<QTimer>>;

constexpr int ChainLength = 300000;

Timers makeTimers(int count)
{
    Timers timers(static_cast<std::size_t>(count));
    for (auto &timer : timers)
        timer = std::make_unique<QTimer>();
    return timers;
}

void measureZeroTimer(const QString &name, int others)
{
    const Timers idle = makeTimers(others);
    for (const auto &timer : idle)
        timer->start(1h);

    int ticks = 0;
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, [&] { ++ticks; });
    timer.start(0);
    const Stopwatch watch;
    runEventLoop(1s);
    printFigure(name, ticks / watch.seconds(), "ticks/s");
}

void measureSingleShots()
{
    QEventLoop loop;
    int left = ChainLength;
    const std::function<void()> step = [&] {
        if (--left)
            QTimer::singleShot(0, step);
        else
            loop.quit();
    };
    const Stopwatch watch;
    QTimer::singleShot(0, step);
    loop.exec();
    printFigure(u"singleShot0.chain"_s, ChainLength / watch.seconds(), "calls/s");
}

/// Timers of random intervals between half a second and ten seconds, which all keep firing.
void measureTimers(int count)
{
    const QString prefix = u"timers_%1."_s.arg(count);
    QRandomGenerator random(1);
    int fired = 0;
    const Timers timers = makeTimers(count);
    for (const auto &timer : timers) {
        QObject::connect(timer.get(), &QTimer::timeout, [&] { ++fired; });
        timer->setTimerType(Qt::PreciseTimer);
    }

    const Stopwatch starting;
    for (const auto &timer : timers)
        timer->start(500 + random.bounded(9500));
    printFigure(prefix + u"start"_s, starting.processorSeconds() / count * 1e6, "us/timer");

    const Stopwatch running;
    runEventLoop(2s);
    const double perFiring = running.processorSeconds() / std::max(1, fired);
    printFigure(prefix + u"fires"_s, fired, "in 2 s");
    printFigure(prefix + u"cpu_per_fire"_s, perFiring * 1e6, "us");
    printFigure(prefix + u"wall"_s, running.seconds(), "s for 2 s");

    const Stopwatch stopping;
    for (const auto &timer : timers)
        timer->stop();
    printFigure(prefix + u"stop"_s, stopping.processorSeconds() / count * 1e6, "us/timer");
}

} // namespace

void measureZeroTimers()
{
    measureZeroTimer(u"zero_timer"_s, 0);
    measureZeroTimer(u"zero_timer.with_100_idle"_s, 100);
    measureSingleShots();
}

void measureManyTimers()
{
    measureTimers(10000);
    measureTimers(100000);
}
