// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "descriptorwatcher.h"

#include <QtCore/qglobal.h>

QT_BEGIN_NAMESPACE
class QSocketNotifier;
QT_END_NAMESPACE

namespace QtAsyncio {

/// A QSocketNotifier, seen as a watcher of its descriptor.
///
/// Descriptor and interest are remembered: they are needed after the notifier forgot them.
class NotifierWatcher final : public DescriptorWatcher
{
public:
    explicit NotifierWatcher(QSocketNotifier *notifier);

    int descriptor() const noexcept override { return m_descriptor; }
    Interest interest() const noexcept override { return m_interest; }
    bool activate() override;
    void invalidate() override;

private:
    QSocketNotifier *m_notifier;
    int m_descriptor;
    Interest m_interest;
};

} // namespace QtAsyncio
