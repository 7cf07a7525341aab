// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <QtCore/qglobal.h>

QT_BEGIN_NAMESPACE
class QAbstractEventDispatcher;
QT_END_NAMESPACE

namespace QtAsyncio {

/// The dispatcher of an application, complete with its window system and GLib's main context.
///
/// An application deletes its dispatcher when it goes. One that was installed leaves a
/// successor behind, so that the next application of the process has one of ours again;
/// Qt accepts it only between the end of the former and the start of the next, which is
/// while the former is destroyed.
namespace ApplicationDispatcher {

enum class Installation { Installed, Present, Refused };

/// A new one, which nobody owns. \a activation is told by its property ActivationProperty: who
/// has put it in place, if not the program itself.
QAbstractEventDispatcher *create(const char *activation = nullptr);
inline constexpr const char *ActivationProperty = "qtasyncio_activation";

/// Puts one in place for the calling thread, unless it has a dispatcher already: one of ours
/// (Present) or another (Refused). Refused, with a warning, is also a Qt whose window system
/// ours could not serve. \a activation has to stay.
Installation install(const char *activation = nullptr);

/// From now on no successors: the process, or the interpreter in it, comes to its end. Nor is
/// anybody told of a start, see ApplicationStart.
void stopInstalling();

} // namespace ApplicationDispatcher
} // namespace QtAsyncio
