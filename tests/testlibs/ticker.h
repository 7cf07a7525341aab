// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <QtCore/qabstracteventdispatcher.h>
#include <QtCore/qtimer.h>

namespace QtAsyncio {

/// A short timer that counts its ticks: while they come, the loop is responsive.
class Ticker final : public QObject
{
    Q_OBJECT

public:
    explicit Ticker(std::chrono::milliseconds interval = std::chrono::milliseconds(2));

    int ticks() const noexcept { return m_ticks; }

private:
    QTimer m_timer;
    int m_ticks = 0;
};

/// Counts the iterations of this thread's dispatcher: one that waits makes few, one that spins
/// makes thousands.
class IterationCounter final : public QObject
{
    Q_OBJECT

public:
    IterationCounter();

    int iterations() const noexcept { return m_iterations; }
    int blocks() const noexcept { return m_blocks; }
    void reset() noexcept { m_iterations = m_blocks = 0; }

private:
    int m_iterations = 0;
    int m_blocks = 0;
};

} // namespace QtAsyncio
