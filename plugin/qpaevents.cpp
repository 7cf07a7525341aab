// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "qpaevents.h"

#include <QtCore/qabstracteventdispatcher.h>
#include <QtCore/qbytearray.h>
#include <qpa/qplatformintegration.h>

#include <cstring>
#include <optional>

#include <dlfcn.h>

// Both symbols carry the tag Qt_6_PRIVATE_API, without a minor version, from Qt 6.4 on, and
// createEventDispatcher() has kept its place in the table of virtual functions: a build with
// the headers of 6.4 fits them all.

namespace QtAsyncio {

namespace {

constexpr const char *SendSymbol = "_ZN22QWindowSystemInterface22sendWindowSystemEventsE6QFlagsIN10"
                                   "QEventLoop17ProcessEventsFlagEE";
constexpr const char *IntegrationSymbol = "_ZN22QGuiApplicationPrivate20platform_integrationE";

/// Sets an environment variable while it lives.
class ScopedEnvironment final
{
public:
    ScopedEnvironment(const char *name, const char *value)
        : m_name(name),
          m_former(qEnvironmentVariableIsSet(name) ? std::optional(qgetenv(name)) : std::nullopt)
    {
        qputenv(name, value);
    }
    ~ScopedEnvironment()
    {
        if (m_former)
            qputenv(m_name, *m_former);
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
std::unique_ptr<QAbstractEventDispatcher> createPump(QPlatformIntegration *integration)
{
    const ScopedEnvironment noGlib("QT_NO_GLIB", "1");
    std::unique_ptr<QAbstractEventDispatcher> own(integration->createEventDispatcher());
    const bool generic =
            !own || !std::strcmp(own->metaObject()->className(), "QUnixEventDispatcherQPA");
    return generic ? nullptr : std::move(own);
}

} // namespace

QpaEvents::QpaEvents() = default;
QpaEvents::~QpaEvents() = default;

void QpaEvents::startingUp(LoopHost &)
{
    void *gui = ::dlopen("libQt6Gui.so.6", RTLD_NOLOAD | RTLD_LAZY);
    if (!gui)
        return;
    m_send = reinterpret_cast<Send>(::dlsym(gui, SendSymbol));
    auto **integration = static_cast<QPlatformIntegration **>(::dlsym(gui, IntegrationSymbol));
    if (m_send && integration && *integration)
        m_pump = createPump(*integration);
    else
        m_send = nullptr; // QtGui is loaded, but this is no QGuiApplication
    ::dlclose(gui); // it stays: whoever loaded it keeps it
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
