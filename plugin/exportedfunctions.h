// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <QtCore/qglobal.h>

QT_BEGIN_NAMESPACE
class QByteArray;
class QObject;
class QVariant;
QT_END_NAMESPACE

/// Functions of QtCore that newer headers no longer declare, or declare as inline ones that call
/// what Qt 6.4 does not have. Every library since Qt 6.4 exports them, so what is built with a
/// newer Qt runs with an older one too.
namespace QtAsyncio::Exported {

/// QObject::setProperty(); a member function gets its object as the first argument.
bool setProperty(QObject *object, const char *name,
                 const QVariant &value) __asm__("_ZN7QObject11setPropertyEPKcRK8QVariant");

/// qputenv()
bool putEnvironment(const char *name,
                    const QByteArray &value) __asm__("_Z7qputenvPKcRK10QByteArray");

} // namespace QtAsyncio::Exported
