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

    static bool isLoaded(); // whether there is a QtGui

    /// Whether a dispatcher of ours can serve the window system of this process's Qt.
    ///
    /// A QtGui that is loaded is looked at. If none is yet, the versions that we know are trusted;
    /// a newer Qt is looked at before the program relies on it, which loads the QtGui beside its
    /// QtCore, if there is one.
    static bool isKnown();

    bool (*sendWindowSystemEvents)(QEventLoop::ProcessEventsFlags flags) = nullptr;
    QPlatformIntegration **integration = nullptr; // QGuiApplicationPrivate's
    QString **platformName = nullptr; // QGuiApplicationPrivate's
    QObject *(*nativeInterface)() = nullptr; // as QGuiApplication::platformNativeInterface()
    Places places;
};

} // namespace QtAsyncio
