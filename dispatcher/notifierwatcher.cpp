// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "notifierwatcher.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qcoreevent.h>
#include <QtCore/qsocketnotifier.h>

namespace QtAsyncio {

namespace {

Interest toInterest(QSocketNotifier::Type type) noexcept
{
    switch (type) {
    case QSocketNotifier::Read:
        return Read;
    case QSocketNotifier::Write:
        return Write;
    case QSocketNotifier::Exception:
        break;
    }
    return Exception;
}

const char *name(Interest interest) noexcept
{
    return interest == Read ? "Read" : interest == Write ? "Write" : "Exception";
}

} // namespace

NotifierWatcher::NotifierWatcher(QSocketNotifier *notifier)
    : m_notifier(notifier),
      m_descriptor(int(notifier->socket())),
      m_interest(toInterest(notifier->type()))
{
}

bool NotifierWatcher::activate()
{
    QEvent event(QEvent::SockAct);
    QCoreApplication::sendEvent(m_notifier, &event); // may delete this object
    return true;
}

void NotifierWatcher::invalidate()
{
    qWarning("QSocketNotifier: Invalid socket %d and type '%s', disabling...", m_descriptor,
             name(m_interest));
    m_notifier->setEnabled(false); // deletes this object
}

} // namespace QtAsyncio
