// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "readyring.h"
#include "retrytime.h"

#include <utility>
#include <vector>

namespace QtAsyncio {

/// Handles whose contexts or protocols are on the stack, where a callback runs an event loop.
///
/// A context cannot be entered twice, and a protocol is not: they wait until the callback that
/// entered it has returned. How deep in nested runs that may be is known from the run that found
/// them.
class BusyHandles final
{
public:
    /// \a polled: it may be free again without a callback of the loop having returned.
    void hold(const ReadyHandle &ready, int depth, bool polled)
    {
        if (m_handles.empty() || depth < m_depth)
            m_depth = depth;
        if (polled && nextTry() == Never)
            m_retry.failed(Clock::now());
        m_handles.push_back(ready);
    }

    /// The outermost run that found one of them, 1 being no nested one; 0 if there are none.
    int depth() const noexcept { return m_depth; }
    /// When to look again; Never if a callback of the loop's will have returned before.
    TimePoint nextTry() const noexcept { return m_retry.next(); }
    const std::vector<ReadyHandle> &handles() const noexcept { return m_handles; }

    std::vector<ReadyHandle> takeAll() noexcept
    {
        m_depth = 0;
        m_retry.succeeded();
        return std::exchange(m_handles, { });
    }

private:
    std::vector<ReadyHandle> m_handles;
    int m_depth = 0;
    RetryTime m_retry;
};

} // namespace QtAsyncio
