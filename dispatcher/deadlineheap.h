// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "clock.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace QtAsyncio {

/// For values that need not know where they are.
struct NoPosition
{
    template <typename T> static void moved(T &, std::size_t) noexcept { }
};

/// Values in the order of their deadlines; equal deadlines keep the order of insertion.
///
/// \a Position::moved(value, index) tells a value its place, which remove() and update()
/// take. Four children a node: fewer levels than two, and they share a cache line or two.
template <typename T, typename Position = NoPosition> class DeadlineHeap final
{
public:
    struct Item
    {
        TimePoint deadline;
        std::uint64_t sequence;
        T value;

        bool before(const Item &other) const noexcept
        {
            return deadline != other.deadline ? deadline < other.deadline
                                              : sequence < other.sequence;
        }
    };

    bool isEmpty() const noexcept { return m_items.empty(); }
    std::size_t size() const noexcept { return m_items.size(); }
    const Item &top() const noexcept { return m_items.front(); }
    const std::vector<Item> &items() const noexcept { return m_items; }
    const Item &at(std::size_t index) const noexcept { return m_items[index]; }

    /// The number that the next insertion or update will get.
    std::uint64_t nextSequence() const noexcept { return m_sequence; }

    /// The next push after this cannot fail.
    void makeRoom()
    {
        if (m_items.size() == m_items.capacity())
            m_items.reserve(std::max<std::size_t>(Arity, 2 * m_items.size()));
    }

    void push(TimePoint deadline, T value)
    {
        m_items.push_back({ deadline, m_sequence++, std::move(value) });
        siftUp(m_items.size() - 1);
    }

    T pop() { return remove(0); }

    T remove(std::size_t index)
    {
        T value = std::move(m_items[index].value);
        Item last = std::move(m_items.back());
        m_items.pop_back();
        if (index < m_items.size())
            replace(index, std::move(last));
        return value;
    }

    /// Moves the value at \a index to a new deadline, behind its equals.
    void update(std::size_t index, TimePoint deadline)
    {
        replace(index, { deadline, m_sequence++, std::move(m_items[index].value) });
    }

    /// Removes all values that \a condition accepts and hands them to \a taken.
    template <typename Condition, typename Taken> void removeIf(Condition condition, Taken taken)
    {
        std::vector<Item> kept;
        std::vector<T> removed;
        kept.reserve(m_items.size());
        for (Item &item : m_items) {
            if (condition(item.value))
                removed.push_back(std::move(item.value));
            else
                kept.push_back(std::move(item));
        }
        m_items = std::move(kept);
        for (std::size_t index = m_items.size(); index-- > 0;)
            siftDown(index);
        for (T &value : removed) // last: it may come back to us
            taken(std::move(value));
    }

    /// The earliest deadline among the values that \a condition accepts, or Never.
    template <typename Condition> TimePoint earliest(Condition condition) const
    {
        return m_items.empty() ? Never : earliestBelow(0, Never, condition);
    }

    /// The deadline that follows the top's. A later one, or Never, if \a condition does not accept
    /// its value: no more is looked at than what may be the second.
    template <typename Condition> TimePoint second(Condition condition) const
    {
        TimePoint earliest = Never;
        const std::size_t end = std::min(Arity + 1, m_items.size());
        for (std::size_t child = 1; child < end; ++child) {
            if (m_items[child].deadline < earliest && condition(m_items[child].value))
                earliest = m_items[child].deadline;
        }
        return earliest;
    }

    std::vector<Item> takeAll() noexcept { return std::exchange(m_items, { }); }

private:
    static constexpr std::size_t Arity = 4;

    template <typename Condition>
    TimePoint earliestBelow(std::size_t index, TimePoint bound, Condition condition) const
    {
        if (index >= m_items.size() || m_items[index].deadline >= bound)
            return bound;
        if (condition(m_items[index].value))
            return m_items[index].deadline;
        for (std::size_t child = index * Arity + 1; child <= index * Arity + Arity; ++child)
            bound = earliestBelow(child, bound, condition);
        return bound;
    }

    void replace(std::size_t index, Item item)
    {
        const bool earlier = index > 0 && item.before(m_items[(index - 1) / Arity]);
        place(index, std::move(item));
        if (earlier)
            siftUp(index);
        else
            siftDown(index);
    }

    void place(std::size_t index, Item item)
    {
        m_items[index] = std::move(item);
        Position::moved(m_items[index].value, index);
    }

    void siftUp(std::size_t index)
    {
        Item item = std::move(m_items[index]);
        while (index > 0 && item.before(m_items[(index - 1) / Arity])) {
            place(index, std::move(m_items[(index - 1) / Arity]));
            index = (index - 1) / Arity;
        }
        place(index, std::move(item));
    }

    void siftDown(std::size_t index)
    {
        Item item = std::move(m_items[index]);
        for (;;) {
            const std::size_t child = firstOfChildren(index);
            if (child >= m_items.size() || !m_items[child].before(item))
                break;
            place(index, std::move(m_items[child]));
            index = child;
        }
        place(index, std::move(item));
    }

    std::size_t firstOfChildren(std::size_t index) const noexcept
    {
        std::size_t first = index * Arity + 1;
        const std::size_t end = std::min(first + Arity, m_items.size());
        for (std::size_t child = first + 1; child < end; ++child) {
            if (m_items[child].before(m_items[first]))
                first = child;
        }
        return first;
    }

    std::vector<Item> m_items;
    std::uint64_t m_sequence = 0;
};

} // namespace QtAsyncio
