// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "factory.h"
#include "applicationdispatcher.h"
#include "applicationstart.h"
#include "runningloops.h"

#include <createdispatcher.h>

#include <QtCore/qabstracteventdispatcher.h>

#include <cerrno>
#include <exception>
#include <system_error>

namespace ApplicationDispatcher = QtAsyncio::ApplicationDispatcher;

QAbstractEventDispatcher *qtasyncio_create_dispatcher()
{
    return ApplicationDispatcher::create();
}

int qtasyncio_install()
{
    return int(ApplicationDispatcher::install());
}

int qtasyncio_install_for(const char *activation)
{
    try {
        return int(ApplicationDispatcher::install(activation));
    } catch (const std::exception &error) {
        qWarning("QtAsyncio: the %s cannot put its event dispatcher in place: %s", activation,
                 error.what());
        return int(ApplicationDispatcher::Installation::Refused);
    }
}

void qtasyncio_on_start(void (*function)())
{
    QtAsyncio::ApplicationStart::setListener(function);
}

void qtasyncio_stop_installing()
{
    ApplicationDispatcher::stopInstalling();
}

QtAsyncio::LoopHost *qtasyncio_host()
{
    QtAsyncio::LoopHost *own = QtAsyncio::currentLoopHost();
    try {
        errno = 0;
        return own ? own : QtAsyncio::attachedLoopHost();
    } catch (const std::exception &error) {
        qWarning("QtAsyncio: the thread's event dispatcher cannot be used: %s", error.what());
        const auto *system = dynamic_cast<const std::system_error *>(&error);
        errno = system ? system->code().value() : ENOMEM;
        return nullptr;
    }
}

int qtasyncio_mode()
{
    if (!QAbstractEventDispatcher::instance())
        return 0;
    return QtAsyncio::currentLoopHost() ? 1 : 2;
}

bool qtasyncio_exit_event_loops_above(int level)
{
    return QtAsyncio::RunningLoops::exitAbove(level);
}
