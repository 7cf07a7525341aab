// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "measuring.h"

#include <QtCore/qeventloop.h>
#include <QtCore/qtimer.h>

#include <cstdio>
#include <sys/resource.h>

using std::chrono::steady_clock;

Stopwatch::Stopwatch()
    : m_begun(steady_clock::now()),
      m_processorBegun(processorTime())
{
}

double Stopwatch::seconds() const
{
    return Seconds(steady_clock::now() - m_begun).count();
}

double Stopwatch::processorSeconds() const
{
    return processorTime() - m_processorBegun;
}

double processorTime()
{
    rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    const auto whole = double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec);
    return whole + double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

long voluntarySwitches()
{
    rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_nvcsw;
}

void runEventLoop(std::chrono::milliseconds duration)
{
    QEventLoop loop;
    QTimer::singleShot(duration, Qt::PreciseTimer, &loop, &QEventLoop::quit);
    loop.exec();
}

void printFigure(const QString &name, double value, const char *unit)
{
    std::printf("%s\t%.3f\t%s\n", qPrintable(name), value, unit);
    std::fflush(stdout);
}
