// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "contract.h"

#include <ticker.h>

#include <QtConcurrent/qtconcurrentrun.h>
#include <QtCore/qdir.h>
#include <QtCore/qfilesystemwatcher.h>
#include <QtCore/qfuturewatcher.h>
#include <QtCore/qpropertyanimation.h>
#include <QtCore/qtemporarydir.h>
#include <QtCore/qthreadpool.h>
#include <QtCore/qvariantanimation.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <memory>

using namespace Contract;
using namespace QtAsyncio;

namespace {

bool write(const QString &path, const QByteArray &data)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly | QIODevice::Append) && file.write(data) == data.size();
}

} // namespace

/// What Qt builds on threads, timers and notifiers.
class tst_ContractModules : public QObject
{
    Q_OBJECT
    Q_PROPERTY(int value MEMBER m_value)

private Q_SLOTS:
    void init() { settle(); }
    void aFutureIsWatched();
    void aContinuationRunsInTheThreadOfItsContext();
    void aPoolOfThreadsPostsItsResults();
    void aFileIsWatched();
    void aDirectoryIsWatched();
    void aPropertyIsAnimated();
    void anAnimationRunsInANestedLoop();

private:
    int m_value = 0;
};

void tst_ContractModules::aFutureIsWatched()
{
    QFutureWatcher<int> watcher;
    const QSignalSpy finished(&watcher, &QFutureWatcher<int>::finished);
    watcher.setFuture(QtConcurrent::run([] { return 42; }));
    QVERIFY(waitUntil([&] { return finished.size() == 1; }));
    QCOMPARE(watcher.result(), 42);
}

void tst_ContractModules::aContinuationRunsInTheThreadOfItsContext()
{
    QThread *thread = nullptr;
    const QFuture<void> future = QtConcurrent::run([] { return 1; }).then(this, [&](int) {
        thread = QThread::currentThread();
    });
    QVERIFY(waitUntil([&] { return thread != nullptr; }));
    QCOMPARE(thread, QThread::currentThread());
}

void tst_ContractModules::aPoolOfThreadsPostsItsResults()
{
    constexpr int Jobs = 100;
    QThreadPool pool;
    int done = 0;
    for (int i = 0; i < Jobs; ++i) {
        pool.start([&] { QMetaObject::invokeMethod(this, [&] { ++done; }, Qt::QueuedConnection); });
    }
    QVERIFY(waitUntil([&] { return done == Jobs; }));
    pool.waitForDone();
}

void tst_ContractModules::aFileIsWatched()
{
    const QTemporaryDir directory;
    const QString path = directory.filePath(QStringLiteral("file"));
    QVERIFY(write(path, "one"));
    QFileSystemWatcher watcher;
    QVERIFY(watcher.addPath(path));
    const QSignalSpy changed(&watcher, &QFileSystemWatcher::fileChanged);
    settle();
    QCOMPARE(changed.size(), 0);
    QVERIFY(write(path, "two"));
    QVERIFY(waitUntil([&] { return changed.size() > 0; }));
    QVERIFY(QFile::remove(path));
    QVERIFY(waitUntil([&] { return watcher.files().isEmpty(); }));
}

void tst_ContractModules::aDirectoryIsWatched()
{
    const QTemporaryDir directory;
    QFileSystemWatcher watcher;
    QVERIFY(watcher.addPath(directory.path()));
    const QSignalSpy changed(&watcher, &QFileSystemWatcher::directoryChanged);
    QVERIFY(write(directory.filePath(QStringLiteral("file")), "one"));
    QVERIFY(waitUntil([&] { return changed.size() > 0; }));
}

void tst_ContractModules::aPropertyIsAnimated()
{
    // Where the machine stands still for as long, an animation only comes to its end: another try.
    std::unique_ptr<QPropertyAnimation> animation;
    qsizetype changes = 0;
    for (int attempt = 0; attempt < 10 && changes < 2; ++attempt) {
        animation = std::make_unique<QPropertyAnimation>(this, "value");
        animation->setStartValue(0);
        animation->setEndValue(100);
        animation->setDuration(100);
        const QSignalSpy changed(animation.get(), &QVariantAnimation::valueChanged);
        const QSignalSpy finished(animation.get(), &QAbstractAnimation::finished);
        animation->start();
        QVERIFY(waitUntil([&] { return finished.size() == 1; }));
        QCOMPARE(m_value, 100);
        changes = changed.size();
    }
    QVERIFY(changes >= 2);
    settle();
    IterationCounter counter;
    QEventLoop loop;
    QTimer::singleShot(10, &loop, [&] { loop.quit(); });
    loop.exec();
    QVERIFY(counter.iterations() < 10); // its timer has stopped
}

void tst_ContractModules::anAnimationRunsInANestedLoop()
{
    QVariantAnimation animation;
    animation.setStartValue(0.0);
    animation.setEndValue(1.0);
    animation.setDuration(50);
    bool finished = false;
    QTimer::singleShot(0, &animation, [&] {
        QEventLoop loop;
        connect(&animation, &QAbstractAnimation::finished, &loop, &QEventLoop::quit);
        animation.start();
        loop.exec();
        finished = true;
    });
    QVERIFY(waitUntil([&] { return finished; }));
    QCOMPARE(animation.currentValue().toDouble(), 1.0);
}

std::unique_ptr<QObject> Contract::createModules()
{
    return std::make_unique<tst_ContractModules>();
}

#include "contract_modules.moc"
