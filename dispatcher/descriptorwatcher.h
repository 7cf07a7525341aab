// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "poller.h"

namespace QtAsyncio {

/// Somebody who is told when a descriptor is ready for one thing.
class DescriptorWatcher
{
public:
    virtual ~DescriptorWatcher() = default;

    virtual int descriptor() const noexcept = 0;
    virtual Interest interest() const noexcept = 0;
    /// Whether another file under the number counts as closed, because the descriptor is the loop's
    /// own, and the program does not know it. Otherwise that file is watched on.
    virtual bool isOwn() const noexcept { return false; }

    /// Tells it. May run any code, and end this object's life.
    /// Returns whether this counts as an event of the iteration.
    virtual bool activate() = 0;
    /// The descriptor was closed while it was watched.
    virtual void invalidate() = 0;
};

} // namespace QtAsyncio
