// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <QtCore/qcoreevent.h>
#include <QtCore/qlist.h>
#include <QtCore/qobject.h>

#include <atomic>
#include <functional>

namespace QtAsyncio {

/// Has a function called for each posted user event and each timer event.
class Receiver final : public QObject
{
    Q_OBJECT

public:
    using Handler = std::function<void(int)>;

    explicit Receiver(QObject *parent = nullptr);

    /// User events so far, in order, as the numbers they were posted with.
    const QList<int> &events() const noexcept { return m_events; }
    /// Timer events so far, in order, as the ids of the timers.
    const QList<int> &timers() const noexcept { return m_timers; }

    void onEvent(Handler handler) { m_onEvent = std::move(handler); }
    void onTimer(Handler handler) { m_onTimer = std::move(handler); }
    void clear();
    /// Posts the event that is number \a number; any thread.
    void post(int number);

    bool event(QEvent *event) override;

private:
    QList<int> m_events;
    QList<int> m_timers;
    Handler m_onEvent;
    Handler m_onTimer;
    std::atomic<int> m_posted = 0;
};

} // namespace QtAsyncio
