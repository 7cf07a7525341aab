// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "quitwatch.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qcoreevent.h>

namespace QtAsyncio {

QuitWatch::QuitWatch(QObject *application)
    : QObject(application)
{
    application->installEventFilter(this);
}

QuitWatch *QuitWatch::instance()
{
    const QCoreApplication *application = QCoreApplication::instance();
    for (QObject *child : application ? application->children() : QObjectList()) {
        if (auto *watch = qobject_cast<QuitWatch *>(child))
            return watch;
    }
    return nullptr;
}

void QuitWatch::install()
{
    if (QCoreApplication::instance() && !instance())
        new QuitWatch(QCoreApplication::instance());
}

bool QuitWatch::isQuitting()
{
    const QuitWatch *watch = instance();
    return watch && watch->m_quit;
}

bool QuitWatch::eventFilter(QObject *watched, QEvent *event)
{
    // The application's filters see the events of all objects.
    if (event->type() == QEvent::Quit && watched == parent() && !m_quit) {
        m_quit = new QObject(this);
        m_quit->deleteLater(); // which event loops above this one do not see to
    }
    return false;
}

} // namespace QtAsyncio

void qtasyncio_watch_quits()
{
    QtAsyncio::QuitWatch::install();
}

bool qtasyncio_is_quitting()
{
    return QtAsyncio::QuitWatch::isQuitting();
}
