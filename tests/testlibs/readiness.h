// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <poller.h>

namespace QtAsyncio {

/// What a wait of \a timeout says about \a descriptor.
inline Interests readiness(Poller &poller, int descriptor, Duration timeout = Duration::zero())
{
    Interests met = NoInterest;
    for (const ReadyDescriptor &ready : poller.wait(timeout)) {
        if (ready.descriptor == descriptor)
            met |= ready.interests;
    }
    return met;
}

} // namespace QtAsyncio
