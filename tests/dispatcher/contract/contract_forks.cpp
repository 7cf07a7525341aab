// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "contract.h"
#include "watchedpipe.h"

#include <receiver.h>
#include <ticker.h>

#include <QtTest/qtest.h>

#include <sys/wait.h>
#include <unistd.h>

using namespace Contract;
using namespace QtAsyncio;
using namespace std::chrono_literals;

namespace {

/// A forked child, without exec(), that does something and tells how it went.
class Child final
{
public:
    template <typename Function>
    explicit Child(Function function)
        : m_process(::fork())
    {
        if (m_process == 0) {
            ::alarm(20); // ends it whatever happens
            ::_exit(function() ? 0 : 1);
        }
    }
    ~Child()
    {
        if (m_process > 0 && !m_ended) {
            ::kill(m_process, SIGKILL);
            ::waitpid(m_process, nullptr, 0);
        }
    }
    Q_DISABLE_COPY_MOVE(Child)

    bool hasEnded()
    {
        if (!m_ended)
            m_ended = ::waitpid(m_process, &m_status, WNOHANG) == m_process;
        return m_ended;
    }
    bool succeeded() const { return m_ended && WIFEXITED(m_status) && !WEXITSTATUS(m_status); }

private:
    pid_t m_process;
    bool m_ended = false;
    int m_status = -1;
};

} // namespace

/// fork() without exec(): parent and child go on with one dispatcher each.
class tst_ContractForks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { settle(); }
    void theChildMayRunALoop();
    void theChildMayUnregisterWhatItInherited();
    void theChildMayWatchDescriptorsOfItsOwn();
    void theChildMayForkAgain();
};

void tst_ContractForks::theChildMayRunALoop()
{
    Receiver receiver;
    receiver.startTimer(1);
    Child child([&] {
        receiver.clear();
        receiver.post(1);
        return waitUntil([&] { return receiver.timers().size() >= 5; })
                && receiver.events().size() == 1;
    });
    QVERIFY(waitUntil([&] { return child.hasEnded(); }));
    QVERIFY(child.succeeded());
    const auto before = receiver.timers().size();
    QVERIFY(waitUntil([&] { return receiver.timers().size() >= before + 5; }));
    QVERIFY(receiver.events().isEmpty());
}

void tst_ContractForks::theChildMayUnregisterWhatItInherited()
{
    Receiver receiver;
    receiver.startTimer(1);
    auto watched = std::make_unique<WatchedPipe>();
    WatchedPipe other;
    settle();
    Child child([&] {
        const int before = other.activations;
        watched.reset();
        const auto timers = QAbstractEventDispatcher::instance()->registeredTimers(&receiver);
        for (const auto &timer : timers)
            receiver.killTimer(timer.timerId);
        other.notifier->setEnabled(false);
        const Ticker ticker;
        return waitUntil([&] { return ticker.ticks() >= 3; }) && other.activations == before;
    });
    QVERIFY(waitUntil([&] { return child.hasEnded(); }));
    QVERIFY(child.succeeded());
    watched->pipe.write();
    other.pipe.write();
    const auto ticks = receiver.timers().size();
    QVERIFY(waitUntil([&] {
        return watched->activations > 0 && other.activations > 0
                && receiver.timers().size() > ticks;
    }));
}

void tst_ContractForks::theChildMayWatchDescriptorsOfItsOwn()
{
    WatchedPipe inherited;
    settle();
    Child child([&] {
        WatchedPipe own;
        own.pipe.write();
        return waitUntil([&] { return own.activations >= 3; }) && inherited.activations == 0;
    });
    IterationCounter counter;
    QVERIFY(waitUntil([&] { return child.hasEnded(); }));
    QVERIFY(child.succeeded());
    // What the child watched does not make the parent spin.
    counter.reset();
    QEventLoop loop;
    QTimer::singleShot(15ms, Qt::PreciseTimer, &loop, [&] { loop.quit(); });
    loop.exec();
    QVERIFY(counter.iterations() < 20);
    QCOMPARE(inherited.activations, 0);
    inherited.pipe.write();
    processEvents();
    QCOMPARE(inherited.activations, 1);
}

void tst_ContractForks::theChildMayForkAgain()
{
    WatchedPipe inherited;
    inherited.pipe.write();
    Child child([&] {
        Child grandchild([&] { return waitUntil([&] { return inherited.activations >= 3; }); });
        return waitUntil([&] { return grandchild.hasEnded() && inherited.activations >= 3; })
                && grandchild.succeeded();
    });
    QVERIFY(waitUntil([&] { return child.hasEnded(); }));
    QVERIFY(child.succeeded());
}

std::unique_ptr<QObject> Contract::createForks()
{
    return std::make_unique<tst_ContractForks>();
}

#include "contract_forks.moc"
