// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <array>

/// A group of figures, measured with the dispatcher of the calling thread.
struct Benchmark
{
    const char *name;
    void (*measure)();
};

void measurePostedEvents();
void measureWakeUps();
void measureIdleness();
void measureZeroTimers();
void measureManyTimers();
void measureNotifiers();

inline constexpr std::array Benchmarks = {
    Benchmark{ "posted", measurePostedEvents }, Benchmark{ "zerotimer", measureZeroTimers },
    Benchmark{ "timers", measureManyTimers },   Benchmark{ "notifier", measureNotifiers },
    Benchmark{ "wakeup", measureWakeUps },      Benchmark{ "idle", measureIdleness },
};
