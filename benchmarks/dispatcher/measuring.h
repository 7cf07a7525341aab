// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <QtCore/qstring.h>

#include <chrono>

using Seconds = std::chrono::duration<double>;

/// The time that has passed since the construction, on the wall and on the processor.
class Stopwatch
{
public:
    Stopwatch();

    [[nodiscard]] double seconds() const;
    [[nodiscard]] double processorSeconds() const;

private:
    std::chrono::steady_clock::time_point m_begun;
    double m_processorBegun;
};

/// Seconds of processor time that this process has used.
[[nodiscard]] double processorTime();

/// How often this process has gone to sleep of its own accord.
[[nodiscard]] long voluntarySwitches();

/// Runs an event loop for a while.
void runEventLoop(std::chrono::milliseconds duration);

/// Prints a figure on a line of its own, as "name<TAB>value<TAB>unit".
void printFigure(const QString &name, double value, const char *unit);
