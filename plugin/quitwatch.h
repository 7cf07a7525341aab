// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "export.h"

#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>

namespace QtAsyncio {

/// Tells whether a window is asked to close because the application is to quit.
///
/// QGuiApplication::quit() sends an event to the application, whose handler closes the windows and
/// gives up at the first one that refuses. Nothing in a close event tells where it comes from.
/// For the application's thread; the application owns it.
class QuitWatch final : public QObject
{
    Q_OBJECT

public:
    /// Watches the application that there is, if it is not watched yet.
    static void install();
    /// True from the beginning of quit() until the thread is back in the event loop from which that
    /// was called, so also in a dialog that a window opens before it closes.
    static bool isQuitting();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    explicit QuitWatch(QObject *application);
    static QuitWatch *instance();

    QPointer<QObject> m_quit; // is there as long as it lasts
};

} // namespace QtAsyncio

extern "C" {

/// As QuitWatch::install() and QuitWatch::isQuitting(); in the application's thread.
QTASYNCIO_EXPORT void qtasyncio_watch_quits();
QTASYNCIO_EXPORT bool qtasyncio_is_quitting();
}
