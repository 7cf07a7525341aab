// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include <deadlineheap.h>

#include <QtTest/qtest.h>

#include <memory>
#include <random>

using namespace QtAsyncio;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint Zero{ };

struct Value
{
    int number = 0;
    std::size_t position = 0;
};

struct ValuePosition
{
    static void moved(Value *value, std::size_t index) noexcept { value->position = index; }
};

using Heap = DeadlineHeap<Value *, ValuePosition>;

/// The same in the simplest way: a list in the order of the deadlines.
class Model final
{
public:
    struct Entry
    {
        TimePoint deadline;
        Value *value;
    };

    const std::vector<Entry> &entries() const noexcept { return m_entries; }

    void insert(TimePoint deadline, Value *value)
    {
        const auto behind = std::upper_bound(
                m_entries.begin(), m_entries.end(), deadline,
                [](TimePoint d, const Entry &entry) { return d < entry.deadline; });
        m_entries.insert(behind, { deadline, value });
    }
    void remove(const Value *value)
    {
        std::erase_if(m_entries, [=](const Entry &entry) { return entry.value == value; });
    }

private:
    std::vector<Entry> m_entries;
};

/// A heap and its model, which get the same operations in an order of chance.
class Pair final
{
public:
    explicit Pair(unsigned seed)
        : m_chance(seed)
    {
    }

    void step()
    {
        const int what = below(10);
        if (what < 4 || m_heap.isEmpty())
            push();
        else if (what < 6)
            pop();
        else if (what < 8)
            remove();
        else
            update();
    }

    void removeMultiplesOf(int number)
    {
        const auto matches = [=](const Value *v) { return v->number % number == 0; };
        std::vector<Value *> taken;
        m_heap.removeIf(matches, [&](Value *v) { taken.push_back(v); });
        for (const Value *value : taken)
            m_model.remove(value);
    }

    /// The heap and its model agree, and each value knows its place.
    bool agree() const
    {
        const auto &entries = m_model.entries();
        if (m_heap.size() != entries.size() || m_heap.isEmpty() != entries.empty())
            return false;
        for (std::size_t i = 0; i < m_heap.size(); ++i) {
            if (m_heap.at(i).value->position != i)
                return false;
        }
        return entries.empty() || (m_heap.top().value == entries.front().value && earliestAgrees());
    }

    bool popsInOrder()
    {
        for (const Model::Entry &entry : m_model.entries()) {
            if (m_heap.top().deadline != entry.deadline || m_heap.pop() != entry.value)
                return false;
        }
        return m_heap.isEmpty();
    }

private:
    int below(int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(m_chance); }
    TimePoint someDeadline() { return Zero + below(50) * 1ms; } // many are equal
    Value *someValue() { return m_heap.at(std::size_t(below(int(m_heap.size())))).value; }

    void push()
    {
        m_values.push_back(std::make_unique<Value>(Value{ .number = int(m_values.size()) }));
        const TimePoint deadline = someDeadline();
        m_heap.push(deadline, m_values.back().get());
        m_model.insert(deadline, m_values.back().get());
    }
    void pop() { m_model.remove(m_heap.pop()); }
    void remove()
    {
        Value *value = someValue();
        m_heap.remove(value->position);
        m_model.remove(value);
    }
    void update()
    {
        Value *value = someValue();
        const TimePoint deadline = someDeadline();
        m_heap.update(value->position, deadline);
        m_model.remove(value);
        m_model.insert(deadline, value);
    }
    bool earliestAgrees() const
    {
        const auto odd = [](const Value *value) { return value->number % 2 != 0; };
        const auto &entries = m_model.entries();
        const auto found = std::find_if(entries.begin(), entries.end(),
                                        [&](const Model::Entry &e) { return odd(e.value); });
        return m_heap.earliest(odd) == (found == entries.end() ? Never : found->deadline);
    }

    std::mt19937 m_chance;
    std::vector<std::unique_ptr<Value>> m_values;
    Heap m_heap;
    Model m_model;
};

} // namespace

class tst_DeadlineHeap : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void popsInTheOrderOfDeadlines();
    void equalDeadlinesKeepTheOrderOfInsertion();
    void anUpdatedValueGoesBehindItsEquals();
    void earliestLooksOnlyAtWhatIsAccepted();
    void secondIsTheDeadlineBehindTheTops();
    void secondPassesOverWhatIsNotAccepted();
    void whatIsTakenMayComeBack();
    void takeAllLeavesNothing();
    void behavesLikeASortedList_data();
    void behavesLikeASortedList();
};

void tst_DeadlineHeap::popsInTheOrderOfDeadlines()
{
    DeadlineHeap<int> heap;
    for (const int number : { 5, 3, 9, 1, 7, 2, 8, 0, 6, 4 })
        heap.push(Zero + number * 1ms, number);
    for (int number = 0; number < 10; ++number) {
        QCOMPARE(heap.top().deadline, Zero + number * 1ms);
        QCOMPARE(heap.pop(), number);
    }
    QVERIFY(heap.isEmpty());
}

void tst_DeadlineHeap::equalDeadlinesKeepTheOrderOfInsertion()
{
    DeadlineHeap<int> heap;
    for (int number = 0; number < 100; ++number)
        heap.push(Zero + (number % 2) * 1ms, number);
    for (int number = 0; number < 100; number += 2)
        QCOMPARE(heap.pop(), number);
    for (int number = 1; number < 100; number += 2)
        QCOMPARE(heap.pop(), number);
}

void tst_DeadlineHeap::anUpdatedValueGoesBehindItsEquals()
{
    Heap heap;
    Value first{ 1 };
    Value second{ 2 };
    heap.push(Zero, &first);
    heap.push(Zero, &second);
    const std::uint64_t next = heap.nextSequence();
    heap.update(first.position, Zero);
    QCOMPARE(heap.at(first.position).sequence, next);
    QCOMPARE(heap.pop(), &second);
    QCOMPARE(heap.pop(), &first);
}

void tst_DeadlineHeap::earliestLooksOnlyAtWhatIsAccepted()
{
    DeadlineHeap<int> heap;
    const auto accepts = [](int wanted) { return [=](int number) { return number == wanted; }; };
    QCOMPARE(heap.earliest(accepts(0)), Never);
    for (int number = 0; number < 30; ++number)
        heap.push(Zero + number * 1ms, number);
    for (int number = 0; number < 30; ++number)
        QCOMPARE(heap.earliest(accepts(number)), Zero + number * 1ms);
    QCOMPARE(heap.earliest(accepts(30)), Never);
}

void tst_DeadlineHeap::secondIsTheDeadlineBehindTheTops()
{
    const auto all = [](int) { return true; };
    DeadlineHeap<int> heap;
    QCOMPARE(heap.second(all), Never);
    for (const int number : { 5, 3, 9, 1, 7, 2, 8, 0, 6, 4 })
        heap.push(Zero + number * 1ms, number);
    for (int number = 0; number < 9; ++number) {
        QCOMPARE(heap.second(all), Zero + (number + 1) * 1ms);
        heap.pop();
    }
    QCOMPARE(heap.second(all), Never);
}

void tst_DeadlineHeap::secondPassesOverWhatIsNotAccepted()
{
    DeadlineHeap<int> heap;
    for (int number = 0; number < 3; ++number)
        heap.push(Zero + number * 1ms, number);
    QCOMPARE(heap.second([](int number) { return number != 1; }), Zero + 2ms);
    QCOMPARE(heap.second([](int number) { return number == 0; }), Never); // that is the top
}

void tst_DeadlineHeap::whatIsTakenMayComeBack()
{
    DeadlineHeap<int> heap;
    for (int number = 0; number < 20; ++number)
        heap.push(Zero + number * 1ms, number);
    heap.removeIf([](int number) { return number % 2 == 0; },
                  [&](int number) { heap.push(Zero + 1s, number); });
    QCOMPARE(heap.size(), 20);
    for (int number = 1; number < 20; number += 2)
        QCOMPARE(heap.pop(), number);
    QCOMPARE(heap.top().deadline, Zero + 1s);
}

void tst_DeadlineHeap::takeAllLeavesNothing()
{
    DeadlineHeap<int> heap;
    for (int number = 0; number < 20; ++number)
        heap.push(Zero, number);
    QCOMPARE(heap.takeAll().size(), 20);
    QVERIFY(heap.isEmpty());
    heap.push(Zero, 42);
    QCOMPARE(heap.pop(), 42);
}

void tst_DeadlineHeap::behavesLikeASortedList_data()
{
    QTest::addColumn<unsigned>("seed");
    for (unsigned seed = 1; seed <= 20; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

void tst_DeadlineHeap::behavesLikeASortedList()
{
    QFETCH(const unsigned, seed);
    Pair pair(seed);
    for (int i = 0; i < 2000; ++i) {
        pair.step();
        QVERIFY(pair.agree());
        if (i % 500 == 499) {
            pair.removeMultiplesOf(7);
            QVERIFY(pair.agree());
        }
    }
    QVERIFY(pair.popsInOrder());
}

QTEST_APPLESS_MAIN(tst_DeadlineHeap)
#include "tst_deadlineheap.moc"
