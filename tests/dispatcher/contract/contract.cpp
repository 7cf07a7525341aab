// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "contract.h"

#include <factorylibrary.h>
#include <ticker.h>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qdeadlinetimer.h>
#include <QtCore/qlibraryinfo.h>
#include <QtCore/qregularexpression.h>
#include <QtCore/qversionnumber.h>
#include <QtTest/qtest.h>

namespace Contract {

Kind kind()
{
    static const QByteArray name = qgetenv("QTASYNCIO_TEST_DISPATCHER");
    return name == "glib" ? Kind::Glib : name == "unix" ? Kind::Unix : Kind::QtAsyncio;
}

bool isGui()
{
    return qgetenv("QTASYNCIO_TEST_APPLICATION") == "gui";
}

int qtMinorVersion()
{
    return QLibraryInfo::version().minorVersion();
}

QAbstractEventDispatcher *createDispatcher()
{
    if (kind() != Kind::QtAsyncio)
        return nullptr;
    return QtAsyncio::FactoryLibrary::instance().createDispatcher();
}

std::unique_ptr<QThread> createThread()
{
    auto thread = std::make_unique<QThread>();
    if (QAbstractEventDispatcher *dispatcher = createDispatcher())
        thread->setEventDispatcher(dispatcher);
    return thread;
}

void expectWarning(const char *pattern)
{
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QLatin1String(pattern)));
}

bool waitUntil(const std::function<bool()> &condition)
{
    const QtAsyncio::Ticker ticker;
    const QDeadlineTimer deadline(10'000);
    while (!condition() && !deadline.hasExpired())
        processEvents(Wait);
    return condition();
}

void spinUntilDue(int timerId)
{
    while (QAbstractEventDispatcher::instance()->remainingTime(timerId) > 0)
        QThread::yieldCurrentThread();
}

} // namespace Contract
