// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "readyqueues.h"
#include "descriptortable.h"

#include <algorithm>
#include <cerrno>
#include <new>

namespace QtAsyncio {

/// Tells the queue when its epoll descriptor is readable.
struct ReadyQueues::Attachment final : DescriptorWatcher
{
    Attachment(ReadyQueue *attached, DescriptorTable &watching)
        : queue(attached),
          table(watching)
    {
    }

    void watch()
    {
        fd = queue->descriptor();
        if (fd >= 0)
            static_cast<void>(table.add(this));
    }

    int descriptor() const noexcept override { return fd; }
    Interest interest() const noexcept override { return Read; }
    bool isOwn() const noexcept override { return true; }
    bool activate() override
    {
        queue->descriptorReady();
        return false; // what it leads to are handles, which do not count
    }
    void invalidate() override
    {
        table.remove(this);
        queue->descriptorClosed();
    }

    ReadyQueue *queue;
    DescriptorTable &table;
    int fd = -1; // the number under which it is watched
};

ReadyQueues::ReadyQueues(DescriptorTable &table)
    : m_table(table)
{
}

ReadyQueues::~ReadyQueues()
{
    while (!m_attached.empty()) {
        ReadyQueue *queue = m_attached.back()->queue;
        detach(queue);
        queue->hostDestroyed();
    }
}

void ReadyQueues::attach(ReadyQueue *queue)
{
    auto attachment = std::make_unique<Attachment>(queue, m_table);
    m_attached.reserve(m_attached.size() + 1); // the table must not keep what cannot be noted here
    attachment->watch();
    m_attached.push_back(std::move(attachment));
}

void ReadyQueues::detach(ReadyQueue *queue) noexcept
{
    const auto found = std::find_if(m_attached.begin(), m_attached.end(),
                                    [=](const auto &a) { return a->queue == queue; });
    if (found == m_attached.end())
        return;
    m_table.remove(found->get());
    m_attached.erase(found);
}

Duration ReadyQueues::timeToNext(TimePoint now, bool timers) const noexcept
{
    Duration next = Forever;
    for (const auto &attachment : m_attached)
        next = std::min(next, attachment->queue->timeToNext(now, timers));
    return next;
}

bool ReadyQueues::wantRun(TimePoint now, bool timers) const noexcept
{
    return std::any_of(m_attached.begin(), m_attached.end(),
                       [=](const auto &a) { return a->queue->wantsRun(now, timers); });
}

bool ReadyQueues::shareWaits() const noexcept
{
    return std::any_of(m_attached.begin(), m_attached.end(),
                       [](const auto &a) { return a->queue->sharesWaits(); });
}

Duration ReadyQueues::beginWait() noexcept
{
    Duration longest = Forever;
    for (const auto &attachment : m_attached) {
        if (attachment->queue->sharesWaits())
            longest = std::min(longest, attachment->queue->beginWait());
    }
    return longest;
}

void ReadyQueues::endWait(std::span<const ReadyDescriptor> ready) noexcept
{
    for (const auto &attachment : m_attached) {
        if (!attachment->queue->sharesWaits())
            continue;
        attachment->queue->endWait(std::any_of(ready.begin(), ready.end(), [&](const auto &r) {
            return r.descriptor == attachment->fd;
        }));
    }
}

void ReadyQueues::run(const RunLimits &limits)
{
    // By index: a run may attach and detach.
    for (std::size_t i = 0; i < m_attached.size();) {
        ReadyQueue *queue = m_attached[i]->queue;
        if (queue->wantsRun(limits.begin, limits.timers))
            queue->run(limits);
        if (i < m_attached.size() && m_attached[i]->queue == queue)
            ++i;
    }
}

void ReadyQueues::forked() noexcept
{
    for (const auto &attachment : m_attached) {
        attachment->queue->forked();
        if (attachment->queue->descriptor() == attachment->fd)
            continue;
        try { // its number is a file of the child's
            m_table.remove(attachment.get());
            attachment->watch();
        } catch (const std::bad_alloc &) {
            attachment->queue->waitFailed(ENOMEM);
        }
    }
}

void ReadyQueues::waitFailed(int error) noexcept
{
    for (const auto &attachment : m_attached)
        attachment->queue->waitFailed(error);
}

ReadyQueues::Released::Released(const ReadyQueues &queues)
    : m_queue(queues.isEmpty() ? nullptr : queues.m_attached.back()->queue)
{
    if (m_queue)
        m_state = m_queue->aboutToWait();
}

ReadyQueues::Released::~Released()
{
    if (m_state) // else the queue has nothing to restore, and may be gone
        m_queue->waited(m_state);
}

} // namespace QtAsyncio
