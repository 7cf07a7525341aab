// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

// A program without windows that knows nothing of QtAsyncio: a timer, a notifier, a posted event.

#include <QtCore/qabstracteventdispatcher.h>
#include <QtCore/qcoreapplication.h>
#include <QtCore/qsocketnotifier.h>
#include <QtCore/qtimer.h>

#include <cstdio>

#include <unistd.h>

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    int ends[2];
    if (::pipe(ends) != 0)
        return 1;
    QSocketNotifier notifier(ends[0], QSocketNotifier::Read);
    QObject::connect(&notifier, &QSocketNotifier::activated, &app, [&] {
        notifier.setEnabled(false);
        QMetaObject::invokeMethod(&app, [] { QCoreApplication::quit(); }, Qt::QueuedConnection);
    });
    QTimer::singleShot(1, &app, [&] { return ::write(ends[1], "x", 1); });
    const int status = app.exec();
    std::printf("%s, %d\n", QAbstractEventDispatcher::instance()->metaObject()->className(),
                status);
    return status;
}
