// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "contract.h"
#include "watchedpipe.h"

#include <receiver.h>

#include <QtCore/qtimer.h>
#include <QtTest/qtest.h>

#include <algorithm>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

using namespace Contract;
using namespace QtAsyncio;

namespace {

/// Allows so many descriptors while it lives.
class DescriptorLimit final
{
public:
    explicit DescriptorLimit(rlim_t limit)
    {
        ::getrlimit(RLIMIT_NOFILE, &m_former);
        const rlimit wanted = { std::min(limit, m_former.rlim_max), m_former.rlim_max };
        ::setrlimit(RLIMIT_NOFILE, &wanted);
        m_limit = wanted.rlim_cur;
    }
    ~DescriptorLimit() { ::setrlimit(RLIMIT_NOFILE, &m_former); }
    Q_DISABLE_COPY_MOVE(DescriptorLimit)

    rlim_t limit() const noexcept { return m_limit; }

private:
    rlimit m_former = { };
    rlim_t m_limit = 0;
};

/// Takes all numbers below the limit, so that nothing can be opened.
class Exhaustion final
{
public:
    Exhaustion()
    {
        const Descriptor any(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        m_limit = std::make_unique<DescriptorLimit>(rlim_t(any.get() + 16));
        for (;;) {
            Descriptor next(::fcntl(any.get(), F_DUPFD_CLOEXEC, 0));
            if (next.get() < 0)
                break;
            m_descriptors.push_back(std::move(next));
        }
        m_last = Descriptor(::fcntl(any.get(), F_DUPFD_CLOEXEC, 0)); // none
    }
    Q_DISABLE_COPY_MOVE(Exhaustion)

    /// Nothing can be opened once the one that was used to begin with is taken as well.
    bool isComplete()
    {
        m_last = Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        const Descriptor another(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        return another.get() < 0 && errno == EMFILE;
    }

private:
    std::unique_ptr<DescriptorLimit> m_limit;
    std::vector<Descriptor> m_descriptors;
    Descriptor m_last;
};

} // namespace

/// More descriptors than select() could take, and none at all.
class tst_ContractLimits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { settle(); }
    void aDescriptorBeyond1024IsServed();
    void moreThan1024DescriptorsAreServed();
    void whatRunsGoesOnWithoutDescriptors();
    void notifiersCanBeMadeWithoutDescriptors();
    void tenThousandTimersFire();
    void aHundredThousandEventsArrive();
};

void tst_ContractLimits::aDescriptorBeyond1024IsServed()
{
    const DescriptorLimit limit(4096);
    if (limit.limit() < 2048)
        QSKIP("The system allows no more descriptors than this.");
    const Pipe pipe;
    const Descriptor high(::fcntl(pipe.readEnd(), F_DUPFD_CLOEXEC, 1500));
    QVERIFY(high.get() >= 1500);
    QSocketNotifier notifier(high.get(), QSocketNotifier::Read);
    int activations = 0;
    connect(&notifier, &QSocketNotifier::activated, this, [&] { ++activations; });
    processEvents();
    QCOMPARE(activations, 0);
    QCOMPARE(::write(pipe.writeEnd(), "x", 1), 1);
    processEvents();
    QCOMPARE(activations, 1);
}

void tst_ContractLimits::moreThan1024DescriptorsAreServed()
{
    constexpr int Pipes = 1100;
    const DescriptorLimit limit(4096);
    if (limit.limit() < 2 * Pipes + 100)
        QSKIP("The system allows no more descriptors than this.");
    std::vector<std::unique_ptr<WatchedPipe>> pipes;
    int served = 0;
    for (int i = 0; i < Pipes; ++i) {
        auto &watched = pipes.emplace_back(std::make_unique<WatchedPipe>([&, i] {
            ++served;
            pipes[i]->pipe.drain();
        }));
        watched->pipe.write();
    }
    processEvents();
    QVERIFY(waitUntil([&] { return served == Pipes; }));
    pipes[Pipes - 1]->pipe.write();
    processEvents();
    QCOMPARE(served, Pipes + 1);
}

void tst_ContractLimits::whatRunsGoesOnWithoutDescriptors()
{
    Receiver receiver;
    WatchedPipe watched;
    Exhaustion exhaustion;
    QVERIFY(exhaustion.isComplete());
    receiver.startTimer(1);
    receiver.post(1);
    watched.pipe.write();
    QVERIFY(waitUntil([&] {
        return receiver.events().size() == 1 && receiver.timers().size() >= 3
                && watched.activations >= 3;
    }));
    QEventLoop loop;
    QTimer::singleShot(2, &loop, [&] { loop.exit(6); });
    QCOMPARE(loop.exec(), 6);
}

void tst_ContractLimits::notifiersCanBeMadeWithoutDescriptors()
{
    const Pipe pipe;
    const Pipe other;
    Exhaustion exhaustion;
    QVERIFY(exhaustion.isComplete());
    QSocketNotifier read(pipe.readEnd(), QSocketNotifier::Read);
    QSocketNotifier write(other.writeEnd(), QSocketNotifier::Write);
    int activations = 0;
    connect(&read, &QSocketNotifier::activated, this, [&] { ++activations; });
    connect(&write, &QSocketNotifier::activated, this, [&] { ++activations; });
    QCOMPARE(::write(pipe.writeEnd(), "x", 1), 1);
    processEvents();
    QCOMPARE(activations, 2);
}

void tst_ContractLimits::tenThousandTimersFire()
{
    constexpr int Timers = 10'000;
    Receiver receiver;
    for (int i = 0; i < Timers; ++i)
        receiver.startTimer(0);
    processEvents();
    QCOMPARE(receiver.timers().size(), Timers);
}

void tst_ContractLimits::aHundredThousandEventsArrive()
{
    constexpr int Events = 100'000;
    QObject receiver;
    int arrived = 0;
    for (int i = 0; i < Events; ++i)
        QMetaObject::invokeMethod(&receiver, [&] { ++arrived; }, Qt::QueuedConnection);
    processEvents();
    QCOMPARE(arrived, Events);
}

std::unique_ptr<QObject> Contract::createLimits()
{
    return std::make_unique<tst_ContractLimits>();
}

#include "contract_limits.moc"
