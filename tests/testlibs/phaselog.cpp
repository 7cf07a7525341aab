// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "phaselog.h"

#include <QtCore/qcoreapplication.h>

namespace QtAsyncio {

using namespace Qt::StringLiterals;

class PhaseLog::Platform final : public PlatformEvents
{
public:
    explicit Platform(PhaseLog &log)
        : m_log(log)
    {
    }

    void startingUp(LoopHost &) override { }
    void closingDown() override { }
    bool hasPump() const override { return m_log.hasPump; }
    bool pump(Flags flags) override
    {
        m_log.phases.append(u"pump"_s);
        QCoreApplication::sendPostedEvents(); // as a platform's own dispatcher does
        return m_log.windowSystemHandles && !flags.testFlag(QEventLoop::WaitForMoreEvents);
    }
    bool sendWindowSystemEvents(Flags) override
    {
        m_log.phases.append(u"window system"_s);
        return m_log.windowSystemHandles;
    }

private:
    PhaseLog &m_log;
};

std::unique_ptr<PlatformEvents> PhaseLog::platformEvents()
{
    return std::make_unique<Platform>(*this);
}

void PhaseLog::coreAwake()
{
    phases.append(u"awake"_s);
}

void PhaseLog::coreAboutToBlock()
{
    phases.append(u"aboutToBlock"_s);
    onAboutToBlock();
}

bool LoggingWatcher::activate()
{
    m_log.phases.append(u"descriptor"_s);
    return true;
}

void LoggingWatcher::invalidate()
{
    m_log.phases.append(u"invalid"_s);
}

} // namespace QtAsyncio
