// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "processes.h"
#include "contract.h"

#include <pipe.h>

#include <QtCore/qsemaphore.h>
#include <QtCore/qtimer.h>
#include <QtGui/qguiapplication.h>

#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace Contract {

std::unique_ptr<QCoreApplication> createApplication(int &argc, char **argv)
{
    if (QAbstractEventDispatcher *dispatcher = createDispatcher())
        QCoreApplication::setEventDispatcher(dispatcher);
    if (isGui())
        return std::make_unique<QGuiApplication>(argc, argv);
    return std::make_unique<QCoreApplication>(argc, argv);
}

int runTwoApplications(int &argc, char **argv)
{
    QByteArray names[2];
    for (QByteArray &name : names) {
        const std::unique_ptr<QCoreApplication> app = createApplication(argc, argv);
        name = QAbstractEventDispatcher::instance()->metaObject()->className();
        bool posted = false;
        QMetaObject::invokeMethod(app.get(), [&] { posted = true; }, Qt::QueuedConnection);
        QTimer::singleShot(2, app.get(), [] { QCoreApplication::exit(7); });
        if (QCoreApplication::exec() != 7 || !posted)
            return 1;
    }
    return names[0] == names[1] ? 0 : 2;
}

int runWithoutDescriptors(int &argc, char **argv)
{
    const std::unique_ptr<QCoreApplication> app = createApplication(argc, argv);
    const rlimit none = { 0, 0 };
    ::setrlimit(RLIMIT_CORE, &none); // it will abort
    const rlimit few = { 64, 64 };
    ::setrlimit(RLIMIT_NOFILE, &few);
    while (::open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0) { } // kept until the process ends
    const std::unique_ptr<QThread> thread = createThread();
    thread->start();
    thread->wait(1000);
    thread->quit();
    return thread->wait(5000) ? 0 : 1;
}

int runTerminations(int &argc, char **argv)
{
    const std::unique_ptr<QCoreApplication> app = createApplication(argc, argv);
    constexpr int Rounds = 15;
    int alive = 0;
    // An endless wait, a long one, short ones in a row, and waits that wake-ups end.
    for (const int interval : { -1, 60'000, 1, 0 }) {
        for (int round = 0; round < Rounds; ++round) {
            const auto thread = createThread().release(); // a terminated thread cannot be deleted
            auto *object = new QObject;
            object->moveToThread(thread);
            thread->start();
            QSemaphore running;
            const auto begin = [&, interval] {
                if (interval >= 0)
                    (new QTimer)->start(interval);
                running.release();
            };
            QMetaObject::invokeMethod(object, begin, Qt::QueuedConnection);
            running.acquire();
            QThread::usleep(100u * unsigned(round)); // wherever the thread is by then
            for (int i = 0; interval == 0 && i < 10; ++i)
                QMetaObject::invokeMethod(object, [] { }, Qt::QueuedConnection);
            thread->terminate();
            alive += !thread->wait(2000);
        }
    }
    ::_exit(alive); // without exit handlers and the leak check
}

} // namespace Contract
