// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "realplatform.h"

#include <qpa/qplatformintegrationplugin.h>

/// The platform plugin of `QT_QPA_PLATFORM=qtasyncio:xcb`, in programs that know nothing of us.
class QtAsyncioPlatformPlugin final : public QPlatformIntegrationPlugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID QPlatformIntegrationFactoryInterface_iid FILE "qtasyncio.json")

public:
    using QPlatformIntegrationPlugin::create;
    QPlatformIntegration *create(const QString &, const QStringList &arguments, int &argc,
                                 char **argv) override
    {
        return QtAsyncio::createRealPlatform(arguments, argc, argv);
    }
};

#include "main.moc"
