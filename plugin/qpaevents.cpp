// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "qpaevents.h"
#include "exportedfunctions.h"
#include "qpalibrary.h"

#include <QtCore/qabstracteventdispatcher.h>
#include <QtCore/qbytearray.h>
#include <QtCore/qcoreapplication.h>

#include <cstring>
#include <optional>

namespace QtAsyncio {

namespace {

/// Sets an environment variable while it lives.
class ScopedEnvironment final
{
public:
    ScopedEnvironment(const char *name, const char *value)
        : m_name(name),
          m_former(qEnvironmentVariableIsSet(name) ? std::optional(qgetenv(name)) : std::nullopt)
    {
        Exported::putEnvironment(name, value);
    }
    ~ScopedEnvironment()
    {
        if (m_former)
            Exported::putEnvironment(m_name, *m_former);
        else
            qunsetenv(m_name);
    }
    Q_DISABLE_COPY_MOVE(ScopedEnvironment)

private:
    const char *m_name;
    std::optional<QByteArray> m_former;
};

/// The dispatcher that the platform would use, if it does more than send window-system events.
///
/// Without GLib: its variant would iterate the default context, which is not ours to run here.
std::unique_ptr<QAbstractEventDispatcher> createPump(const QpaLibrary &qpa)
{
    using Create = QAbstractEventDispatcher *(*)(const QPlatformIntegration *);
    const ScopedEnvironment noGlib("QT_NO_GLIB", "1");
    const QPlatformIntegration *integration = *qpa.integration;
    const auto *table = *reinterpret_cast<Create *const *>(integration);
    std::unique_ptr<QAbstractEventDispatcher> own(
            table[qpa.places.createEventDispatcher](integration));
    const bool generic =
            !own || !std::strcmp(own->metaObject()->className(), "QUnixEventDispatcherQPA");
    return generic ? nullptr : std::move(own);
}

} // namespace

QpaEvents::QpaEvents() = default;
QpaEvents::~QpaEvents() = default;

void QpaEvents::startingUp(LoopHost &)
{
    const auto qpa = QpaLibrary::find();
    if (!qpa && QpaLibrary::isLoaded() && qApp->inherits("QGuiApplication"))
        qCritical("QtAsyncio: the window system's part of this Qt %s is unknown, and windows will "
                  "not be served: set QTASYNCIO_INSTALL=0",
                  qVersion());
    if (!qpa || !*qpa->integration)
        return; // no QtGui, or it is loaded and this is no QGuiApplication
    m_send = qpa->sendWindowSystemEvents;
    m_pump = createPump(*qpa);
}

void QpaEvents::closingDown()
{
    m_pump.reset();
    m_send = nullptr;
}

bool QpaEvents::pump(Flags flags)
{
    return m_pump->processEvents(flags & ~Flags(QEventLoop::WaitForMoreEvents));
}

bool QpaEvents::sendWindowSystemEvents(Flags flags)
{
    return m_send && m_send(flags);
}

} // namespace QtAsyncio
