// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "iteration.h"

namespace QtAsyncio {

bool processEvents(QEventLoop::ProcessEventsFlags flags)
{
    return QAbstractEventDispatcher::instance()->processEvents(flags);
}

void settle()
{
    for (int i = 0; i < 20; ++i)
        processEvents();
}

} // namespace QtAsyncio
