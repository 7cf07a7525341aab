// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include <descriptortable.h>
#include <pipe.h>

#include <QtTest/qtest.h>

#include <functional>

using namespace Qt::StringLiterals;
using namespace QtAsyncio;

namespace {

/// A watcher that notes in a list what happens to it.
class FakeWatcher final : public DescriptorWatcher
{
public:
    FakeWatcher(int descriptor, Interest interest, QString name, QStringList &log)
        : m_descriptor(descriptor),
          m_interest(interest),
          m_name(std::move(name)),
          m_log(log)
    {
    }

    std::function<void()> onActivate = [] { };
    std::function<void()> onInvalidate = [] { };
    bool counts = true;

    int descriptor() const noexcept override { return m_descriptor; }
    Interest interest() const noexcept override { return m_interest; }
    bool activate() override
    {
        m_log.append(m_name);
        const bool result = counts;
        onActivate(); // may delete this object
        return result;
    }
    void invalidate() override
    {
        m_log.append(m_name + QLatin1String(" invalid"));
        onInvalidate();
    }

private:
    int m_descriptor;
    Interest m_interest;
    QString m_name;
    QStringList &m_log;
};

} // namespace

class tst_DescriptorTable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void tellsWhoeverWatches();
    void tellsReadBeforeWriteBeforeException();
    void tellsTheNewestWatcher();
    void tellsThePollerTheSumOfInterests();
    void onlyThoseThatCountAreCounted();
    void aMarkIsDeliveredOnce();
    void removingTakesTheMarkAway();
    void aWatcherAddedAfterTheMarkIsNotTold();
    void watchersMayRemoveEachOther();
    void aWatcherMayDeleteItself();
    void aNestedPassGoesOnWithTheSameList();
    void removingOneWhoWasDisplacedDoesNotDisturb();
    void invalidatesAllWatchersOfADescriptor();

private:
    void markReadable(std::initializer_list<int> descriptors);
    std::unique_ptr<FakeWatcher> watcher(int descriptor, const char *name,
                                         Interest interest = Read);

    // Which numbers are open beside these is the business of whoever started the test.
    const Pipe m_pipe;
    const Pipe m_otherPipe;
    const int m_first = m_pipe.readEnd();
    const int m_second = m_pipe.writeEnd();
    const int m_third = m_otherPipe.readEnd();
    QStringList m_log;
};

void tst_DescriptorTable::init()
{
    m_log.clear();
}

std::unique_ptr<FakeWatcher> tst_DescriptorTable::watcher(int descriptor, const char *name,
                                                          Interest interest)
{
    return std::make_unique<FakeWatcher>(descriptor, interest, QLatin1String(name), m_log);
}

void tst_DescriptorTable::tellsWhoeverWatches()
{
    Poller poller;
    DescriptorTable table(poller);
    const auto a = watcher(m_first, "a");
    const auto b = watcher(m_second, "b");
    QVERIFY(table.add(a.get()));
    QVERIFY(table.add(b.get()));
    table.mark(std::vector<ReadyDescriptor>{
            { m_second, Read }, { m_third, Read }, { m_first, Read } });
    QCOMPARE(table.activatePending(), 2);
    QCOMPARE(m_log, QStringList({ u"b"_s, u"a"_s }));
}

void tst_DescriptorTable::tellsReadBeforeWriteBeforeException()
{
    Poller poller;
    DescriptorTable table(poller);
    const auto exception = watcher(m_first, "exception", Exception);
    const auto write = watcher(m_first, "write", Write);
    const auto read = watcher(m_first, "read", Read);
    for (FakeWatcher *each : { exception.get(), write.get(), read.get() })
        QVERIFY(table.add(each));
    table.mark(std::vector<ReadyDescriptor>{ { m_first, Read | Write | Exception } });
    QCOMPARE(table.activatePending(), 3);
    QCOMPARE(m_log, QStringList({ u"read"_s, u"write"_s, u"exception"_s }));
}

void tst_DescriptorTable::tellsTheNewestWatcher()
{
    Poller poller;
    DescriptorTable table(poller);
    const auto first = watcher(m_first, "first");
    const auto second = watcher(m_first, "second");
    QVERIFY(table.add(first.get()));
    QVERIFY(!table.add(second.get()));
    table.mark(std::vector<ReadyDescriptor>{ { m_first, Read } });
    QCOMPARE(table.activatePending(), 1);
    table.remove(second.get());
    table.mark(std::vector<ReadyDescriptor>{ { m_first, Read } });
    QCOMPARE(table.activatePending(), 1);
    QCOMPARE(m_log, QStringList({ u"second"_s, u"first"_s }));
    table.remove(first.get());
    QCOMPARE(poller.interests(m_first), NoInterest);
}

void tst_DescriptorTable::tellsThePollerTheSumOfInterests()
{
    Poller poller;
    DescriptorTable table(poller);
    const auto read = watcher(m_first, "read", Read);
    const auto write = watcher(m_first, "write", Write);
    QVERIFY(table.add(read.get()));
    QCOMPARE(poller.interests(m_first), Read);
    QVERIFY(table.add(write.get()));
    QCOMPARE(poller.interests(m_first), Read | Write);
    table.remove(read.get());
    QCOMPARE(poller.interests(m_first), Write);
    table.remove(write.get());
    QCOMPARE(poller.interests(m_first), NoInterest);
}

void tst_DescriptorTable::onlyThoseThatCountAreCounted()
{
    Poller poller;
    DescriptorTable table(poller);
    const auto a = watcher(m_first, "a");
    const auto b = watcher(m_second, "b");
    a->counts = false;
    QVERIFY(table.add(a.get()));
    QVERIFY(table.add(b.get()));
    table.mark(std::vector<ReadyDescriptor>{ { m_first, Read }, { m_second, Read } });
    QCOMPARE(table.activatePending(), 1);
    QCOMPARE(m_log.size(), 2);
}

void tst_DescriptorTable::aMarkIsDeliveredOnce()
{
    Poller poller;
    DescriptorTable table(poller);
    const auto a = watcher(m_first, "a");
    QVERIFY(table.add(a.get()));
    table.mark(std::vector<ReadyDescriptor>{ { m_first, Read } });
    table.mark(std::vector<ReadyDescriptor>{ { m_first, Read } });
    QCOMPARE(table.activatePending(), 1);
    QCOMPARE(table.activatePending(), 0);
}

void tst_DescriptorTable::removingTakesTheMarkAway()
{
    Poller poller;
    DescriptorTable table(poller);
    const auto a = watcher(m_first, "a");
    QVERIFY(table.add(a.get()));
    table.mark(std::vector<ReadyDescriptor>{ { m_first, Read } });
    table.remove(a.get());
    QCOMPARE(table.activatePending(), 0);
}

void tst_DescriptorTable::aWatcherAddedAfterTheMarkIsNotTold()
{
    // The number may belong to another file by now.
    Poller poller;
    DescriptorTable table(poller);
    const auto old = watcher(m_first, "old");
    const auto fresh = watcher(m_first, "fresh");
    QVERIFY(table.add(old.get()));
    table.mark(std::vector<ReadyDescriptor>{ { m_first, Read } });
    table.remove(old.get());
    QVERIFY(table.add(fresh.get()));
    QCOMPARE(table.activatePending(), 0);
    table.mark(std::vector<ReadyDescriptor>{ { m_first, Read } });
    QCOMPARE(table.activatePending(), 1);
    QCOMPARE(m_log, QStringList({ u"fresh"_s }));
}

void tst_DescriptorTable::watchersMayRemoveEachOther()
{
    Poller poller;
    DescriptorTable table(poller);
    const auto a = watcher(m_first, "a");
    auto b = watcher(m_second, "b");
    QVERIFY(table.add(a.get()));
    QVERIFY(table.add(b.get()));
    a->onActivate = [&] {
        table.remove(b.get());
        b.reset();
    };
    table.mark(std::vector<ReadyDescriptor>{ { m_first, Read }, { m_second, Read } });
    QCOMPARE(table.activatePending(), 1);
    QCOMPARE(m_log, QStringList({ u"a"_s }));
}

void tst_DescriptorTable::aWatcherMayDeleteItself()
{
    Poller poller;
    DescriptorTable table(poller);
    auto a = watcher(m_first, "a");
    const auto b = watcher(m_first, "b", Write);
    QVERIFY(table.add(a.get()));
    QVERIFY(table.add(b.get()));
    a->onActivate = [&] {
        table.remove(a.get());
        const auto last = std::move(a); // destroyed when this function ends
    };
    table.mark(std::vector<ReadyDescriptor>{ { m_first, Read | Write } });
    QCOMPARE(table.activatePending(), 2);
    QCOMPARE(m_log, QStringList({ u"a"_s, u"b"_s }));
}

void tst_DescriptorTable::aNestedPassGoesOnWithTheSameList()
{
    Poller poller;
    DescriptorTable table(poller);
    const auto a = watcher(m_first, "a");
    const auto b = watcher(m_second, "b");
    QVERIFY(table.add(a.get()));
    QVERIFY(table.add(b.get()));
    int nested = -1;
    a->onActivate = [&] {
        m_log.append(u"("_s);
        nested = table.activatePending();
        m_log.append(u")"_s);
    };
    table.mark(std::vector<ReadyDescriptor>{ { m_first, Read }, { m_second, Read } });
    QCOMPARE(table.activatePending(), 1);
    QCOMPARE(nested, 1);
    QCOMPARE(m_log, QStringList({ u"a"_s, u"("_s, u"b"_s, u")"_s }));
}

void tst_DescriptorTable::removingOneWhoWasDisplacedDoesNotDisturb()
{
    Poller poller;
    DescriptorTable table(poller);
    const auto first = watcher(m_first, "first");
    const auto second = watcher(m_first, "second");
    QVERIFY(table.add(first.get()));
    QVERIFY(!table.add(second.get()));
    table.remove(first.get());
    table.remove(first.get());
    QCOMPARE(poller.interests(m_first), Read);
    table.mark(std::vector<ReadyDescriptor>{ { m_first, Read } });
    QCOMPARE(table.activatePending(), 1);
    QCOMPARE(m_log, QStringList({ u"second"_s }));
    table.remove(second.get());
    QCOMPARE(poller.interests(m_first), NoInterest);
}

void tst_DescriptorTable::invalidatesAllWatchersOfADescriptor()
{
    Poller poller;
    DescriptorTable table(poller);
    auto read = watcher(m_first, "read");
    auto write = watcher(m_first, "write", Write);
    for (auto *each : { &read, &write }) {
        QVERIFY(table.add(each->get()));
        (*each)->onInvalidate = [&table, each] {
            table.remove(each->get());
            const auto last = std::move(*each);
        };
    }
    table.invalidate({ m_first, m_second });
    QCOMPARE(m_log, QStringList({ u"read invalid"_s, u"write invalid"_s }));
    QCOMPARE(poller.interests(m_first), NoInterest);
}

QTEST_APPLESS_MAIN(tst_DescriptorTable)
#include "tst_descriptortable.moc"
