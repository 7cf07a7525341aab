// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

// A program whose Qt says that it is of a time to come. What stands beside the program as QtGui is
// either the real one or one with another platform interface; the output tells what became of it.

#include <factory.h>

#include <QtCore/qabstracteventdispatcher.h>
#include <QtCore/qcoreapplication.h>
#include <QtCore/qtimer.h>

#include <cstdio>

/// In the place of QtCore's. The folder of this function is taken for that of QtCore.
extern "C" __attribute__((visibility("default"))) const char *qVersion() noexcept
{
    return "6.99.0";
}

int main(int argc, char **argv)
{
    const int installation = qtasyncio_install();
    QCoreApplication app(argc, argv);
    QTimer::singleShot(1, &app, &QCoreApplication::quit);
    const int status = app.exec();
    std::printf("installation %d, mode %d, status %d\n", installation, qtasyncio_mode(), status);
    return status;
}
