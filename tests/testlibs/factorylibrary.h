// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <QtCore/qglobal.h>

QT_BEGIN_NAMESPACE
class QAbstractEventDispatcher;
QT_END_NAMESPACE

namespace QtAsyncio {

/// The functions of the factory library, loaded as somebody who does not link it would.
struct FactoryLibrary
{
    /// The library, which stays loaded.
    static const FactoryLibrary &instance();

    QAbstractEventDispatcher *(*createDispatcher)();
    int (*install)();
    void (*stopInstalling)();
    void *(*host)();
};

} // namespace QtAsyncio
