// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <QtCore/qeventloop.h>

#include <cstddef>
#include <optional>

QT_BEGIN_NAMESPACE
class QObject;
class QPlatformIntegration;
class QString;
QT_END_NAMESPACE

namespace QtAsyncio {

/// What we use of the platform abstraction of the QtGui in this process, which is private API.
///
/// It is found at run time, so that a program without QtGui pays nothing and needs no such
/// library. Main thread only.
struct QpaLibrary
{
    /// Where the virtual functions are in the table of a QPlatformIntegration.
    struct Places
    {
        std::size_t createEventDispatcher = 0;
        std::size_t initialize = 0;
        std::size_t themeNames = 0;
    };

    /// Nothing if no QtGui is loaded, or if it has not got what we need: see isKnown().
    static std::optional<QpaLibrary> find();

    /// Whether a dispatcher of ours can serve the window system of this process's Qt.
    ///
    /// True of all that Qt has been up to 6.12. A newer Qt is looked at before the program relies
    /// on it: that loads QtGui, if it stands beside QtCore.
    static bool isKnown();

    bool (*sendWindowSystemEvents)(QEventLoop::ProcessEventsFlags flags) = nullptr;
    QPlatformIntegration **integration = nullptr; // QGuiApplicationPrivate's
    QString **platformName = nullptr; // QGuiApplicationPrivate's
    QObject *(*nativeInterface)() = nullptr; // as QGuiApplication::platformNativeInterface()
    Places places;
};

} // namespace QtAsyncio
