// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <QtCore/qobject.h>

QT_BEGIN_NAMESPACE
class QAbstractEventDispatcher;
QT_END_NAMESPACE

namespace QtAsyncio {

class LoopHost;

/// The functions of factory.h for a program that does not link the library, but loads it as one
/// of Qt's plugins:
///
///     QPluginLoader loader("/where/it/is/libQtAsyncioFactory.so");
///     auto *factory = qobject_cast<QtAsyncio::DispatcherFactory *>(loader.instance());
///     if (factory)
///         factory->install(); // before the application
///
/// An interface without symbols: nothing of QtAsyncio is needed to compile or link it but this
/// header. The functions may be called from any thread; those that make a dispatcher throw
/// std::system_error if the process has no descriptor left. The plugin has to stay loaded.
class DispatcherFactory
{
public:
    virtual ~DispatcherFactory() = default;

    /// As qtasyncio_create_dispatcher().
    virtual QAbstractEventDispatcher *createDispatcher() = 0;
    /// As qtasyncio_install().
    virtual int install() = 0;
    /// As qtasyncio_host().
    virtual LoopHost *host() = 0;
    /// As qtasyncio_stop_installing().
    virtual void stopInstalling() = 0;
};

} // namespace QtAsyncio

#define QtAsyncioDispatcherFactory_iid "org.qtasyncio.DispatcherFactory/1.0"

Q_DECLARE_INTERFACE(QtAsyncio::DispatcherFactory, QtAsyncioDispatcherFactory_iid)
