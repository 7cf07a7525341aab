// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <QtGui/qevent.h>
#include <QtGui/qpa/qwindowsysteminterface.h>
#include <QtGui/qwindow.h>

namespace Contract {

/// Counts the clicks that it gets.
class ClickCounter final : public QWindow
{
public:
    int clicks = 0;

    /// As a platform does when the user clicks.
    void click()
    {
        for (const auto type : { QEvent::MouseButtonPress, QEvent::MouseButtonRelease }) {
            const Qt::MouseButton button = Qt::LeftButton;
            const bool pressed = type == QEvent::MouseButtonPress;
            QWindowSystemInterface::handleMouseEvent(
                    this, QPointF(5, 5), mapToGlobal(QPointF(5, 5)),
                    pressed ? Qt::MouseButtons(button) : Qt::MouseButtons(), button, type);
        }
    }

protected:
    void mousePressEvent(QMouseEvent *) override { ++clicks; }
};

} // namespace Contract
