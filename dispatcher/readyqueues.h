// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "export.h"
#include "poller.h"
#include "readyqueue.h"

#include <memory>
#include <span>
#include <vector>

namespace QtAsyncio {

class DescriptorTable;

/// A chain of handles may go on so long without a system call in between.
inline constexpr Duration PollInterval = std::chrono::microseconds(50);
/// A burst of handles may keep Qt's events waiting so long. Each iteration costs some 10 us on
/// xcb, so a shorter slice would cost more than the hundredth of the time that this one does.
inline constexpr Duration TimeSlice = std::chrono::milliseconds(1);

/// The ready queues that are attached to one dispatcher: mostly none or one, more if loops nest.
class QTASYNCIO_EXPORT ReadyQueues final
{
public:
    explicit ReadyQueues(DescriptorTable &table);
    ~ReadyQueues();
    ReadyQueues(const ReadyQueues &) = delete;
    ReadyQueues &operator=(const ReadyQueues &) = delete;

    void attach(ReadyQueue *queue);
    void detach(ReadyQueue *queue) noexcept;

    bool isEmpty() const noexcept { return m_attached.empty(); }
    std::size_t size() const noexcept { return m_attached.size(); }
    Duration timeToNext(TimePoint now, bool timers) const noexcept;
    /// Whether beginWait() and endWait() are wanted.
    bool shareWaits() const noexcept;
    /// Around a wait that may block: how long it may last, and what was ready after it.
    Duration beginWait() noexcept;
    void endWait(std::span<const ReadyDescriptor> ready) noexcept;
    bool wantRun(TimePoint now, bool timers) const noexcept;
    /// Runs those that want it.
    void run(const RunLimits &limits);
    void forked() noexcept;
    void waitFailed(int error) noexcept;

    /// Keeps the locks of the attached queues released while it lives, as aboutToWait() says.
    class Released final
    {
    public:
        explicit Released(const ReadyQueues &queues);
        ~Released();
        Released(const Released &) = delete;
        Released &operator=(const Released &) = delete;

    private:
        ReadyQueue *m_queue;
        void *m_state = nullptr;
    };

private:
    struct Attachment; // a queue, and who watches its descriptor

    DescriptorTable &m_table;
    std::vector<std::unique_ptr<Attachment>> m_attached; // the latest last
};

} // namespace QtAsyncio
