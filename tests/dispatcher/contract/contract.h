// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <iteration.h>

#include <QtCore/qabstracteventdispatcher.h>
#include <QtCore/qthread.h>

#include <functional>
#include <memory>

/// What the promises of a dispatcher are tested on.
///
/// The environment chooses: QTASYNCIO_TEST_DISPATCHER is glib, unix or qtasyncio, and
/// QTASYNCIO_TEST_APPLICATION is core or gui.
namespace Contract {

enum class Kind { Glib, Unix, QtAsyncio };

using QtAsyncio::AllEvents;
using QtAsyncio::processEvents;
using QtAsyncio::settle;
using QtAsyncio::Wait;

/// Which dispatcher is under test.
Kind kind();
bool isGui();
/// Of the Qt that is loaded, which may be newer than the one compiled with.
int qtMinorVersion();

/// A dispatcher of the kind under test, or null if Qt makes that by itself.
QAbstractEventDispatcher *createDispatcher();
/// A thread that will have a dispatcher of the kind under test and runs its event loop.
std::unique_ptr<QThread> createThread();

/// The next message may, and must, be a warning that contains \a pattern.
void expectWarning(const char *pattern);

/// Calls that wait, beside a timer that keeps them from waiting too long, until \a condition
/// holds. QTRY_VERIFY() never waits in the dispatcher.
bool waitUntil(const std::function<bool()> &condition);
/// Lets time pass, without a call, until the timer is due.
void spinUntilDue(int timerId);

// The test classes.
std::unique_ptr<QObject> createArguments();
std::unique_ptr<QObject> createDeletions();
std::unique_ptr<QObject> createDescriptors();
std::unique_ptr<QObject> createDetails();
std::unique_ptr<QObject> createDevices();
std::unique_ptr<QObject> createErrors();
std::unique_ptr<QObject> createEvents();
std::unique_ptr<QObject> createFlags();
std::unique_ptr<QObject> createForks();
std::unique_ptr<QObject> createInterrupts();
std::unique_ptr<QObject> createIntervals();
std::unique_ptr<QObject> createLifetimes();
std::unique_ptr<QObject> createLimits();
std::unique_ptr<QObject> createLoops();
std::unique_ptr<QObject> createMisuse();
std::unique_ptr<QObject> createModules();
std::unique_ptr<QObject> createNotifiers();
std::unique_ptr<QObject> createQuitting();
std::unique_ptr<QObject> createRounding();
std::unique_ptr<QObject> createServices();
std::unique_ptr<QObject> createSharing();
std::unique_ptr<QObject> createSignals();
std::unique_ptr<QObject> createThreads();
std::unique_ptr<QObject> createTimerOrder();
std::unique_ptr<QObject> createTimerTypes();
std::unique_ptr<QObject> createTimers();
std::unique_ptr<QObject> createWakeUps();
std::unique_ptr<QObject> createWindows();

} // namespace Contract

/// States that Qt's own dispatcher \a dispatcher breaks the promise that comes next.
#define EXPECT_BROKEN_BY(dispatcher, why)                                                          \
    do {                                                                                           \
        if (Contract::kind() == Contract::Kind::dispatcher)                                        \
            QEXPECT_FAIL("", #dispatcher ": " why, Continue);                                      \
    } while (false)

/// The same for what it breaks up to Qt 6.\a minor.
#define EXPECT_BROKEN_UNTIL(minor, dispatcher, why)                                                \
    do {                                                                                           \
        if (Contract::qtMinorVersion() <= (minor))                                                 \
            EXPECT_BROKEN_BY(dispatcher, why);                                                     \
    } while (false)

/// The same for what it breaks from Qt 6.\a minor on.
#define EXPECT_BROKEN_SINCE(minor, dispatcher, why)                                                \
    do {                                                                                           \
        if (Contract::qtMinorVersion() >= (minor))                                                 \
            EXPECT_BROKEN_BY(dispatcher, why);                                                     \
    } while (false)

/// Leaves a test out that Qt's own dispatcher \a dispatcher would not survive.
#define SKIP_ON(dispatcher, why)                                                                   \
    do {                                                                                           \
        if (Contract::kind() == Contract::Kind::dispatcher)                                        \
            QSKIP(#dispatcher ": " why);                                                           \
    } while (false)
