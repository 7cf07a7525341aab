// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "factory.h"
#include "applicationdispatcher.h"

#include <createdispatcher.h>

namespace ApplicationDispatcher = QtAsyncio::ApplicationDispatcher;

QAbstractEventDispatcher *qtasyncio_create_dispatcher()
{
    return ApplicationDispatcher::create();
}

int qtasyncio_install()
{
    return int(ApplicationDispatcher::install());
}

void qtasyncio_stop_installing()
{
    ApplicationDispatcher::stopInstalling();
}

QtAsyncio::LoopHost *qtasyncio_host()
{
    return QtAsyncio::currentLoopHost();
}
