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

std::vector<Hold> s_holds;

} // namespace

void qtasyncio_hold_quit()
{
    if (QCoreApplication *application = QCoreApplication::instance())
        s_holds.push_back({ application, std::make_unique<QEventLoopLocker>() });
}

void qtasyncio_release_quit(bool decides)
{
    if (s_holds.empty())
        return;
    Hold hold = std::move(s_holds.back());
    s_holds.pop_back();
    if (!hold.application) {
        hold.locker.release(); // it has a pointer into the application, which is gone
        return;
    }
    const bool former = QCoreApplication::isQuitLockEnabled();
    QCoreApplication::setQuitLockEnabled(decides);
    hold.locker.reset();
    QCoreApplication::setQuitLockEnabled(former);
}
