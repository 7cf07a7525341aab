// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "receiver.h"

#include <QtCore/qcoreapplication.h>

namespace QtAsyncio {

Receiver::Receiver(QObject *parent)
    : QObject(parent)
{
}

void Receiver::clear()
{
    m_events.clear();
    m_timers.clear();
}

void Receiver::post(int number)
{
    auto *event = new QEvent(QEvent::Type(QEvent::User + number));
    // Qt orders this before the delivery by a mutex that no sanitizer sees in its library.
    m_posted.fetch_add(1, std::memory_order_release);
    QCoreApplication::postEvent(this, event);
}

bool Receiver::event(QEvent *event)
{
    static_cast<void>(m_posted.load(std::memory_order_acquire)); // see post()
    // Handlers are copied: they may be replaced, or this object deleted, while they run.
    if (event->type() >= QEvent::User) {
        const int number = event->type() - QEvent::User;
        m_events.append(number);
        if (const Handler handler = m_onEvent)
            handler(number);
        return true;
    }
    if (event->type() == QEvent::Timer) {
        const int id = static_cast<QTimerEvent *>(event)->timerId();
        m_timers.append(id);
        if (const Handler handler = m_onTimer)
            handler(id);
        return true;
    }
    return QObject::event(event);
}

} // namespace QtAsyncio
