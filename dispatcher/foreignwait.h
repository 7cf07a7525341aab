// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "clock.h"

namespace QtAsyncio {

/// The wait of a dispatcher, for a foreign event loop of its thread that waits in its place.
///
/// A slot may run such a loop, as GTK's dialogs do. It is to call processEvents(), without
/// WaitForMoreEvents, when the descriptor is readable, the time is over or there was a wake-up.
/// Loop thread only.
class ForeignWait
{
public:
    /// Readable when a descriptor of the dispatcher's is ready, or it is woken up.
    virtual int pollDescriptor() const noexcept = 0;
    /// How long the wait may last if the descriptor does not become readable. Without an
    /// endForeignWait() before the next iteration that one does not wait.
    virtual Duration beginForeignWait() = 0;
    /// After the wait; true if there was a wake-up.
    virtual bool endForeignWait() noexcept = 0;

protected:
    ~ForeignWait() = default;
};

} // namespace QtAsyncio
