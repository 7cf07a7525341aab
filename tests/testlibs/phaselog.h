// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <descriptorwatcher.h>
#include <loopcore.h>
#include <platformevents.h>

#include <QtCore/qstringlist.h>

#include <functional>

namespace QtAsyncio {

/// Notes the phases of a loop core's iterations, for which it plays Qt and the window system.
class PhaseLog final : public LoopCore::Observer
{
public:
    QStringList phases;

    std::function<void()> onAboutToBlock = [] { };
    bool hasPump = false;
    bool windowSystemHandles = false;

    /// What a core may own; it refers to this object.
    std::unique_ptr<PlatformEvents> platformEvents();

    bool contains(const QString &phase) const { return phases.contains(phase); }

    void coreAwake() override;
    void coreAboutToBlock() override;

private:
    class Platform;
};

/// Notes when its descriptor is ready to be read.
class LoggingWatcher final : public DescriptorWatcher
{
public:
    LoggingWatcher(int descriptor, PhaseLog &log)
        : m_descriptor(descriptor),
          m_log(log)
    {
    }

    int descriptor() const noexcept override { return m_descriptor; }
    Interest interest() const noexcept override { return Read; }
    bool activate() override;
    void invalidate() override;

private:
    int m_descriptor;
    PhaseLog &m_log;
};

} // namespace QtAsyncio
