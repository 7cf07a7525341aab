// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <export.h>

#include <QtCore/qstring.h>

QT_BEGIN_NAMESPACE
class QPlatformIntegration;
QT_END_NAMESPACE

namespace QtAsyncio {

/// Has the integration of a platform that Qt got from our plugin give Qt our dispatcher.
///
/// Qt asks the platform integration for the application's dispatcher, and calls the platform by
/// the name of the plugin that it has asked. Both are put right by functions in a copy of the
/// object's table of virtual functions. When Qt calls initialize() the object gets its own table
/// back, and is as its plugin made it.
namespace PlatformHook {

/// \a name is that of the platform, and \a argument how our plugin was told of it, if it was.
/// Without a way to hook there is a warning, and Qt's own dispatcher. The application's thread
/// only, while it makes its platform integration.
QTASYNCIO_EXPORT void install(QPlatformIntegration *integration, const QString &name,
                              const QString &argument);

} // namespace PlatformHook
} // namespace QtAsyncio
