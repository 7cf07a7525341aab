// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <QtCore/qstringlist.h>

QT_BEGIN_NAMESPACE
class QPlatformIntegration;
QT_END_NAMESPACE

namespace QtAsyncio {

/// The integration of the platform that stands behind our plugin's name, with our dispatcher.
///
/// The first of \a arguments is its name, as xcb in `QT_QPA_PLATFORM=qtasyncio:xcb`, the others are
/// its own. Without any it is the one that Qt would choose by itself. Null if there is none, which
/// is warned of as Qt does.
QPlatformIntegration *createRealPlatform(QStringList arguments, int &argc, char **argv);

} // namespace QtAsyncio
