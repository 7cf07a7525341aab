// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <factorylibrary.h>
#include <watchdog.h>

#include <QtCore/qcoreapplication.h>
#include <QtTest/qtest.h>

#include <memory>

namespace QtAsyncio {

/// Iterates, with waits, until \a condition holds; false if that takes far too long.
template <typename Condition> bool iterateUntil(Condition condition)
{
    const Watchdog watchdog;
    while (!condition() && !watchdog.hasBitten())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    return condition();
}

/// An application with our dispatcher, as the environment is when it is made.
inline std::unique_ptr<QCoreApplication> makeApplication()
{
    static char name[] = "test";
    static char *arguments[] = { name, nullptr };
    static int count = 1;
    QCoreApplication::setEventDispatcher(FactoryLibrary::instance().createDispatcher());
    return std::make_unique<QCoreApplication>(count, arguments);
}

/// The main function of a test with an application of ours.
template <typename Test> int runWithApplication(int argc, char **argv)
{
    QCoreApplication::setEventDispatcher(FactoryLibrary::instance().createDispatcher());
    const QCoreApplication application(argc, argv);
    Test test;
    return QTest::qExec(&test, argc, argv);
}

} // namespace QtAsyncio
