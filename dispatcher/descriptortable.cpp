// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "descriptortable.h"

#include <algorithm>
#include <utility>

namespace QtAsyncio {

DescriptorWatcher *&DescriptorTable::Watchers::of(Interest interest) noexcept
{
    return interest == Read ? read : interest == Write ? write : exception;
}

Interests DescriptorTable::Watchers::interests() const noexcept
{
    return Interests((read ? Read : 0) | (write ? Write : 0) | (exception ? Exception : 0));
}

bool DescriptorTable::add(DescriptorWatcher *watcher)
{
    Watchers &watchers = m_watchers[watcher->descriptor()];
    DescriptorWatcher *&place = watchers.of(watcher->interest());
    // This may fail for lack of memory, so it comes before the watcher is recorded.
    m_poller.watch(watcher->descriptor(), Interests(watchers.interests() | watcher->interest()));
    m_poller.setOwn(watcher->descriptor(), watcher->isOwn());
    if (place)
        m_displaced.push_back(place);
    return !std::exchange(place, watcher);
}

void DescriptorTable::remove(DescriptorWatcher *watcher)
{
    const auto found = m_watchers.find(watcher->descriptor());
    if (found == m_watchers.end() || found->second.of(watcher->interest()) != watcher) {
        std::erase(m_displaced, watcher);
        return;
    }
    found->second.of(watcher->interest()) = takeDisplaced(watcher);
    m_poller.watch(watcher->descriptor(), found->second.interests());
    found->second.pending &= Interests(~watcher->interest());
    if (found->second.interests() == NoInterest)
        m_watchers.erase(found);
}

DescriptorWatcher *DescriptorTable::takeDisplaced(const DescriptorWatcher *by)
{
    const auto latest = std::find_if(m_displaced.rbegin(), m_displaced.rend(), [=](auto *watcher) {
        return watcher->descriptor() == by->descriptor() && watcher->interest() == by->interest();
    });
    if (latest == m_displaced.rend())
        return nullptr;
    DescriptorWatcher *watcher = *latest;
    m_displaced.erase(std::next(latest).base());
    return watcher;
}

void DescriptorTable::mark(std::span<const ReadyDescriptor> ready)
{
    for (const ReadyDescriptor &report : ready) {
        const auto found = m_watchers.find(report.descriptor);
        if (found == m_watchers.end())
            continue;
        Watchers &watchers = found->second;
        const auto fresh = Interests(report.interests & watchers.interests() & ~watchers.pending);
        for (const Interest interest : { Read, Write, Exception }) {
            if (fresh & interest)
                m_pending.push_back({ report.descriptor, interest });
        }
        watchers.pending |= fresh;
    }
}

int DescriptorTable::activatePending()
{
    int counted = 0;
    while (!m_pending.empty()) {
        const ReadyDescriptor mark = m_pending.front();
        m_pending.pop_front();
        if (DescriptorWatcher *watcher = takePending(mark))
            counted += watcher->activate();
    }
    return counted;
}

/// The watcher whose mark this is, or none if it was removed since.
DescriptorWatcher *DescriptorTable::takePending(const ReadyDescriptor &mark)
{
    const auto found = m_watchers.find(mark.descriptor);
    if (found == m_watchers.end() || !(found->second.pending & mark.interests))
        return nullptr;
    found->second.pending &= Interests(~mark.interests);
    return found->second.of(Interest(mark.interests));
}

void DescriptorTable::invalidate(const std::vector<int> &descriptors)
{
    for (const int descriptor : descriptors) {
        for (const Interest interest : { Read, Write, Exception }) {
            const auto found = m_watchers.find(descriptor);
            if (found == m_watchers.end())
                break;
            if (DescriptorWatcher *watcher = found->second.of(interest))
                watcher->invalidate();
        }
    }
}

} // namespace QtAsyncio
