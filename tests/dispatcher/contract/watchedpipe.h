// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <pipe.h>

#include <QtCore/qsocketnotifier.h>

#include <functional>
#include <memory>

namespace Contract {

/// A pair of sockets with a notifier on the read end, which has a function called.
class WatchedPipe final
{
public:
    explicit WatchedPipe(
            std::function<void()> onActivated = [] { },
            QSocketNotifier::Type type = QSocketNotifier::Read)
        : notifier(std::make_unique<QSocketNotifier>(pipe.readEnd(), type))
    {
        QObject::connect(notifier.get(), &QSocketNotifier::activated, notifier.get(),
                         [this, onActivated = std::move(onActivated)] {
                             ++activations;
                             onActivated(); // may delete the notifier
                         });
    }
    Q_DISABLE_COPY_MOVE(WatchedPipe)

    QtAsyncio::Pipe pipe{ QtAsyncio::Pipe::Kind::SocketPair };
    int activations = 0;
    std::unique_ptr<QSocketNotifier> notifier;
};

} // namespace Contract
