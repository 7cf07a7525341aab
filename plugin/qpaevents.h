// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <platformevents.h>

#include <QtCore/qglobal.h>

#include <memory>

QT_BEGIN_NAMESPACE
class QAbstractEventDispatcher;
QT_END_NAMESPACE

namespace QtAsyncio {

/// The window-system events of whichever QtGui is in the process, if any.
class QpaEvents : public PlatformEvents
{
public:
    QpaEvents();
    ~QpaEvents() override;

    void startingUp(LoopHost &host) override;
    void closingDown() override;
    bool hasPump() const override { return m_pump != nullptr; }
    bool pump(Flags flags) override;
    bool sendWindowSystemEvents(Flags flags) override;

private:
    using Send = bool (*)(Flags);

    Send m_send = nullptr; // QWindowSystemInterface::sendWindowSystemEvents
    std::unique_ptr<QAbstractEventDispatcher> m_pump; // the platform's own dispatcher
};

} // namespace QtAsyncio
