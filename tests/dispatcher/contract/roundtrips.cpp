// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "roundtrips.h"

#include <receiver.h>

#include <QtCore/qeventloop.h>

#include <atomic>
#include <thread>

namespace Contract {

int roundTrips(int rounds)
{
    QtAsyncio::Receiver receiver;
    QEventLoop loop;
    std::atomic<int> answered = 0;
    receiver.onEvent([&](int number) {
        answered.store(number);
        answered.notify_one();
        if (number == rounds)
            loop.quit();
    });
    std::thread other([&] {
        for (int number = 1; number <= rounds; ++number) {
            receiver.post(number);
            answered.wait(number - 1);
        }
    });
    loop.exec();
    other.join();
    return int(receiver.events().size());
}

} // namespace Contract
