// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "dispatcherfactory.h"
#include "factory.h"

namespace QtAsyncio {

/// The library as one of Qt's plugins.
class FactoryPlugin final : public QObject, public DispatcherFactory
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID QtAsyncioDispatcherFactory_iid)
    Q_INTERFACES(QtAsyncio::DispatcherFactory)

public:
    QAbstractEventDispatcher *createDispatcher() override { return qtasyncio_create_dispatcher(); }
    int install() override { return qtasyncio_install(); }
    LoopHost *host() override { return qtasyncio_host(); }
    void stopInstalling() override { qtasyncio_stop_installing(); }
};

} // namespace QtAsyncio

#include "factoryplugin.moc"
