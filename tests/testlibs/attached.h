// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "fakereadyqueue.h"

#include <createdispatcher.h>
#include <loophost.h>

namespace QtAsyncio {

/// Attaches a queue to this thread's dispatcher while it lives.
class Attached final
{
public:
    explicit Attached(FakeReadyQueue &queue)
        : m_queue(queue)
    {
        host()->attach(&m_queue);
    }
    ~Attached() { host()->detach(&m_queue); }
    Q_DISABLE_COPY_MOVE(Attached)

    static LoopHost *host() { return currentLoopHost(); }

private:
    FakeReadyQueue &m_queue;
};

} // namespace QtAsyncio
