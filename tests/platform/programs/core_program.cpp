// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

// A program without windows that knows nothing of QtAsyncio: a timer writes into a pipe, a
// notifier reads from it, and in the end a child process says its word. It prints the class of
// its event dispatcher, how many bytes went through, how often a timer's event and a notifier's
// were in one iteration, and what the child has said.

#include <QtCore/qabstracteventdispatcher.h>
#include <QtCore/qcoreapplication.h>
#include <QtCore/qprocess.h>
#include <QtCore/qsocketnotifier.h>
#include <QtCore/qtextstream.h>
#include <QtCore/qtimer.h>

#include <unistd.h>

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    int iterations = 0, timerIteration = -1, bytes = 0, shared = 0;
    QAbstractEventDispatcher *dispatcher = QAbstractEventDispatcher::instance();
    QObject::connect(dispatcher, &QAbstractEventDispatcher::awake, [&] { ++iterations; });

    int pipe[2];
    if (::pipe(pipe) != 0)
        return 1;
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, [&] {
        timerIteration = iterations;
        if (::write(pipe[1], "x", 1) != 1)
            app.exit(1);
    });
    timer.start(1);

    QProcess child;
    child.setProcessChannelMode(QProcess::MergedChannels);
    QObject::connect(&child, &QProcess::finished, &app, &QCoreApplication::quit);
    QSocketNotifier notifier(pipe[0], QSocketNotifier::Read);
    QObject::connect(&notifier, &QSocketNotifier::activated, [&] {
        char byte = 0;
        bytes += int(::read(pipe[0], &byte, 1));
        // Descriptors come before timers, so the byte is of an iteration before this one.
        shared += timerIteration == iterations - 1;
        if (bytes == 100) {
            timer.stop();
            child.start(QStringLiteral("sh"),
                        { QStringLiteral("-c"), QStringLiteral("echo done") });
        }
    });

    const int status = app.exec();
    QTextStream(stdout) << dispatcher->metaObject()->className() << ' ' << bytes << ' ' << shared
                        << ' ' << child.readAll();
    return status;
}
