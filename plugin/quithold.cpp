// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "quithold.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qeventloop.h>
#include <QtCore/qpointer.h>

#include <memory>
#include <vector>

namespace {

struct Hold
{
    QPointer<QCoreApplication> application;
    std::unique_ptr<QEventLoopLocker> locker;
};

/// What is held yet at the end of the process is left to it: when static objects are destroyed,
/// the application is gone into which the lockers have pointers.
std::vector<Hold> &holds()
{
    static auto *const holds = new std::vector<Hold>;
    return *holds;
}

} // namespace

void qtasyncio_hold_quit()
{
    if (QCoreApplication *application = QCoreApplication::instance())
        holds().push_back({ application, std::make_unique<QEventLoopLocker>() });
}

void qtasyncio_release_quit(bool decides)
{
    if (holds().empty())
        return;
    Hold hold = std::move(holds().back());
    holds().pop_back();
    if (!hold.application) {
        hold.locker.release(); // it has a pointer into the application, which is gone
        return;
    }
    const bool former = QCoreApplication::isQuitLockEnabled();
    QCoreApplication::setQuitLockEnabled(decides);
    hold.locker.reset();
    QCoreApplication::setQuitLockEnabled(former);
}
