// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "descriptorwatcher.h"
#include "export.h"

#include <deque>
#include <span>
#include <unordered_map>
#include <vector>

namespace QtAsyncio {

/// Who watches which descriptor in one thread.
///
/// What the poller reports waits in one list, from which it is taken one by one, and the
/// watcher is looked up only then. A nested iteration goes on with the same list, and removing
/// a watcher takes its mark away: so nothing stale is ever delivered. Used by the thread that
/// iterates.
class QTASYNCIO_EXPORT DescriptorTable final
{
public:
    explicit DescriptorTable(Poller &poller)
        : m_poller(poller)
    {
    }
    DescriptorTable(const DescriptorTable &) = delete;
    DescriptorTable &operator=(const DescriptorTable &) = delete;

    /// False if the descriptor is watched for that interest already: the newest watcher is told,
    /// and the one before it again when that is removed.
    bool add(DescriptorWatcher *watcher);
    /// How many descriptors are watched.
    std::size_t size() const noexcept { return m_watchers.size(); }
    void remove(DescriptorWatcher *watcher);

    /// Notes whom the poller's report concerns, in the order read, write, exception.
    void mark(std::span<const ReadyDescriptor> ready);
    /// Tells them; returns how many of them count as events.
    int activatePending();
    /// Tells those whose descriptors are closed.
    void invalidate(const std::vector<int> &descriptors);

private:
    struct Watchers
    {
        DescriptorWatcher *read = nullptr;
        DescriptorWatcher *write = nullptr;
        DescriptorWatcher *exception = nullptr;
        Interests pending = NoInterest; // marked, and not told yet

        DescriptorWatcher *&of(Interest interest) noexcept;
        Interests interests() const noexcept;
    };

    DescriptorWatcher *takeDisplaced(const DescriptorWatcher *by);
    DescriptorWatcher *takePending(const ReadyDescriptor &mark);

    Poller &m_poller;
    std::unordered_map<int, Watchers> m_watchers; // by descriptor
    std::deque<ReadyDescriptor> m_pending; // one interest each
    std::vector<DescriptorWatcher *> m_displaced; // by newer ones, which came after them
};

} // namespace QtAsyncio
