// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include <pipe.h>
#include <poller.h>
#include <readiness.h>

#include <QtTest/qtest.h>

#include <dlfcn.h>
#include <sys/epoll.h>
#include <unistd.h>

using namespace QtAsyncio;
using namespace std::chrono_literals;

namespace {

int s_added = -1; // a descriptor
int s_additions = 0; // how often one tried to add it to any set

} // namespace

// The library calls this in place of the C library's.
extern "C" Q_DECL_EXPORT int epoll_ctl(int set, int operation, int descriptor,
                                       epoll_event *event) noexcept
{
    using Function = int(int, int, int, epoll_event *);
    static auto *const control = reinterpret_cast<Function *>(::dlsym(RTLD_NEXT, "epoll_ctl"));
    s_additions += operation == EPOLL_CTL_ADD && descriptor == s_added;
    return control(set, operation, descriptor, event);
}

/// Poller, where it watches epoll sets.
class tst_PollerSets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void aSetIsNotAddedInEachCheck();
    void aSetUnderTheNumberOfAPipeIsNotAddedInEachCheck();
    void aCheckDisturbsNoSet();
    void findsTheFileThatTookTheNumberOver_data();
    void findsTheFileThatTookTheNumberOver();

private:
    void checkOften();

    std::unique_ptr<Poller> m_poller;
    std::unique_ptr<Poller> m_inner; // the set that it watches
};

void tst_PollerSets::init()
{
    m_poller = std::make_unique<Poller>();
    m_inner = std::make_unique<Poller>();
    m_poller->watch(m_inner->descriptor(), Read);
    m_poller->wait(0s);
    s_added = m_inner->descriptor();
    s_additions = 0;
}

void tst_PollerSets::checkOften()
{
    for (int i = 0; i < 20; ++i)
        m_poller->check(1);
    QVERIFY(!m_poller->hasInvalid());
}

void tst_PollerSets::aSetIsNotAddedInEachCheck()
{
    checkOften();
    QCOMPARE(s_additions, 1); // by the first one, which does not know the file
}

void tst_PollerSets::aSetUnderTheNumberOfAPipeIsNotAddedInEachCheck()
{
    const Pipe pipe;
    m_poller->watch(m_inner->descriptor(), NoInterest);
    m_poller->watch(pipe.readEnd(), Read);
    m_poller->wait(0s);
    checkOften();
    QCOMPARE(::dup2(m_inner->descriptor(), pipe.readEnd()), pipe.readEnd());
    s_added = pipe.readEnd();
    s_additions = 0;
    checkOften();
    QCOMPARE(s_additions, 2); // to watch it, and by the next check
}

void tst_PollerSets::aCheckDisturbsNoSet()
{
    Pipe pipe;
    m_inner->watch(pipe.readEnd(), Read);
    m_inner->flush();
    checkOften();
    QCOMPARE(readiness(*m_poller, m_inner->descriptor()), NoInterest);
    pipe.write();
    checkOften();
    QCOMPARE(readiness(*m_poller, m_inner->descriptor()), Read);
    QCOMPARE(readiness(*m_inner, pipe.readEnd()), Read);

    m_poller->watch(m_inner->descriptor(), Read | Edge);
    QCOMPARE(readiness(*m_poller, m_inner->descriptor()), Read);
    checkOften();
    QCOMPARE(readiness(*m_poller, m_inner->descriptor()), NoInterest); // it has been reported
    QCOMPARE(m_poller->openings(), 0u);
}

void tst_PollerSets::findsTheFileThatTookTheNumberOver_data()
{
    QTest::addColumn<bool>("isSet");
    QTest::newRow("another set") << true;
    QTest::newRow("a pipe") << false;
}

void tst_PollerSets::findsTheFileThatTookTheNumberOver()
{
    QFETCH(const bool, isSet);
    Pipe pipe;
    Poller other;
    other.watch(pipe.readEnd(), Read);
    other.flush();
    checkOften();

    const int number = m_inner->descriptor();
    QCOMPARE(::dup2(isSet ? other.descriptor() : pipe.readEnd(), number), number);
    m_poller->check(1);
    QVERIFY(!m_poller->hasInvalid()); // it is open
    QCOMPARE(readiness(*m_poller, number), NoInterest);
    pipe.write();
    QCOMPARE(readiness(*m_poller, number), Read);

    checkOften();
    QCOMPARE(::close(number), 0);
    m_poller->check(1);
    QCOMPARE(m_poller->takeInvalid(), std::vector<int>({ number }));
    m_inner->forget();
}

QTEST_GUILESS_MAIN(tst_PollerSets)

#include "tst_pollersets.moc"
