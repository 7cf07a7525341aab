// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "factorylibrary.h"

#include <QtCore/qbytearray.h>

#include <dlfcn.h>

namespace QtAsyncio {

namespace {

/// The library of this build, or another one that the environment names.
QByteArray file()
{
    const QByteArray other = qgetenv("QTASYNCIO_TEST_FACTORY");
    return other.isEmpty() ? QByteArrayLiteral(QTASYNCIO_FACTORY_FILE) : other;
}

void *load()
{
    void *library = ::dlopen(file().constData(), RTLD_NOW | RTLD_LOCAL);
    if (!library)
        qFatal("FactoryLibrary: %s", ::dlerror());
    return library;
}

template <typename Function> void resolve(void *library, const char *name, Function &function)
{
    function = reinterpret_cast<Function>(::dlsym(library, name));
    if (!function)
        qFatal("FactoryLibrary: %s", ::dlerror());
}

FactoryLibrary resolveAll()
{
    void *library = load();
    FactoryLibrary functions{ };
    resolve(library, "qtasyncio_create_dispatcher", functions.createDispatcher);
    resolve(library, "qtasyncio_install", functions.install);
    resolve(library, "qtasyncio_stop_installing", functions.stopInstalling);
    resolve(library, "qtasyncio_host", functions.host);
    return functions;
}

} // namespace

const FactoryLibrary &FactoryLibrary::instance()
{
    static const FactoryLibrary library = resolveAll();
    return library;
}

} // namespace QtAsyncio
