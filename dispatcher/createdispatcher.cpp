// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "createdispatcher.h"
#include "attachedhost.h"
#include "descriptorshortage.h"
#include "eventdispatcher.h"
#include "siblingfile.h"

#include <QtCore/qlogging.h>
#include <QtCore/qversionnumber.h>

#include <string>
#include <system_error>

#include <dlfcn.h>

namespace QtAsyncio {

namespace {

using CreateV2 = QAbstractEventDispatcher *(*)(PlatformEvents *);

/// Null if the Qt of this process has no second version of its dispatcher interface.
CreateV2 loadV2()
{
    if (QVersionNumber::fromString(QLatin1String(qVersion())) < QVersionNumber(6, 8))
        return nullptr;
    const SiblingFile file(reinterpret_cast<const void *>(&createEventDispatcher),
                           "libQtAsyncioDispatcherV2.so");
    void *library = ::dlopen(file.path(), RTLD_NOW | RTLD_LOCAL);
    const std::string reason = library ? "" : ::dlerror();
    if (const int error = library ? 0 : descriptorShortage())
        throw std::system_error(error, std::generic_category(),
                                reason); // the next call tries again
    void *function = library ? ::dlsym(library, "qtasyncio_create_v2") : nullptr;
    if (!function)
        qWarning("QtAsyncio: QChronoTimer will count whole milliseconds only: %s",
                 library ? ::dlerror() : reason.c_str());
    return reinterpret_cast<CreateV2>(function);
}

} // namespace

QAbstractEventDispatcher *createEventDispatcher(std::unique_ptr<PlatformEvents> platform)
{
    static const CreateV2 createV2 = loadV2();
    if (createV2)
        return createV2(platform.release());
    auto dispatcher = std::make_unique<EventDispatcher>();
    dispatcher->setPlatformEvents(std::move(platform));
    return dispatcher.release();
}

LoopHost *currentLoopHost()
{
    return qobject_cast<LoopHost *>(QAbstractEventDispatcher::instance());
}

LoopHost *attachedLoopHost()
{
    QAbstractEventDispatcher *dispatcher = QAbstractEventDispatcher::instance();
    if (!dispatcher)
        return nullptr;
    for (QObject *child : dispatcher->children()) {
        if (auto *host = qobject_cast<LoopHost *>(child))
            return host;
    }
    return new AttachedHost(dispatcher); // owned by it
}

} // namespace QtAsyncio
