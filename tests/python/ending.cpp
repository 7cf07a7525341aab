// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

// A program whose interpreter ends while a thread of Qt's has a guest that nobody has stopped.

#include <Python.h>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qsemaphore.h>
#include <QtCore/qthread.h>
#include <QtCore/qtimer.h>

#include <cstdio>

namespace {

constexpr const char *Guest = R"(
import QtAsyncio
guest = QtAsyncio.start()
guest.loop.call_later(1000, print)
)";

class Thread final : public QThread
{
    void run() override
    {
        const PyGILState_STATE state = PyGILState_Ensure();
        PyRun_SimpleString(Guest);
        PyGILState_Release(state);
        QTimer timer;
        int ticks = 0;
        connect(&timer, &QTimer::timeout, [&] {
            if (++ticks == 10) // iterations in which the guest had its turn: it rests by now
                m_ready.release();
        });
        timer.start(2);
        exec();
    }

public:
    QSemaphore m_ready;
};

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    Py_Initialize();
    Thread thread;
    PyThreadState *main = PyEval_SaveThread();
    thread.start();
    thread.m_ready.acquire();
    PyEval_RestoreThread(main);
    Py_FinalizeEx();
    thread.quit();
    const bool ended = thread.wait(20000);
    std::printf("%s\n", ended ? "ended" : "hangs");
    std::fflush(stdout);
    std::_Exit(ended ? 0 : 1);
}
