// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "platformhook.h"
#include "applicationdispatcher.h"
#include "exportedfunctions.h"
#include "qpalibrary.h"
#include "virtualtable.h"

#include <QtCore/qabstracteventdispatcher.h>
#include <QtCore/qstringlist.h>
#include <QtCore/qthread.h>
#include <QtCore/qvariant.h>

#include <exception>

namespace QtAsyncio::PlatformHook {

namespace {

using CreateEventDispatcher = QAbstractEventDispatcher *(*)(const QPlatformIntegration *);
using Initialize = void (*)(QPlatformIntegration *);
using ThemeNames = QStringList (*)(const QPlatformIntegration *);

struct Hook
{
    QpaLibrary qpa;
    QString name;
    QByteArray argument;
    VirtualTable table;

    void putNameRight() const
    {
        if (*qpa.platformName)
            **qpa.platformName = name;
    }
};

std::optional<Hook> s_hook; // from install() to initialize()

/// For the functions that stand in the table meanwhile.
Hook &current()
{
    Q_ASSERT(s_hook);
    return *s_hook; // NOLINT(bugprone-unchecked-optional-access)
}

QAbstractEventDispatcher *createEventDispatcher(const QPlatformIntegration *integration)
{
    const std::size_t place = current().qpa.places.createEventDispatcher;
    // Ours may ask for the platform's, to pump its events.
    const auto own = current().table.restore<CreateEventDispatcher>(place);
    try {
        return ApplicationDispatcher::create("platform plugin");
    } catch (const std::exception &error) { // no descriptor or memory is left
        qWarning("QtAsyncio: the application will have Qt's own event dispatcher: %s",
                 error.what());
        return own(integration);
    }
}

/// The first question after Qt has noted the name: a theme may depend on it.
QStringList themeNames(const QPlatformIntegration *integration)
{
    current().putNameRight();
    return current().table.restore<ThemeNames>(current().qpa.places.themeNames)(integration);
}

/// Qt gives the words after a plugin's name to the platform as properties, and the name of the
/// real platform is such a word.
void forgetArgument(const Hook &hook)
{
    QObject *native = hook.qpa.nativeInterface();
    if (native && !hook.argument.isEmpty())
        Exported::setProperty(native, hook.argument.constData(), QVariant());
}

void initialize(QPlatformIntegration *integration)
{
    const Hook hook = current();
    s_hook.reset();
    const auto own = hook.table.original<Initialize>(hook.qpa.places.initialize);
    hook.table.detach(integration);
    hook.putNameRight();
    forgetArgument(hook);
    own(integration);
}

} // namespace

void install(QPlatformIntegration *integration, const QString &name, const QString &argument)
{
    const auto qpa = QpaLibrary::find();
    if (!qpa) {
        qWarning("QtAsyncio: the platform plugin cannot be used with Qt %s: the application will "
                 "have Qt's own event dispatcher",
                 qVersion());
        return;
    }
    s_hook.emplace(Hook{ *qpa, name, argument.toUtf8(), VirtualTable(integration) });
    VirtualTable &table = current().table;
    if (!QAbstractEventDispatcher::instance(QThread::currentThread()))
        table.replace(qpa->places.createEventDispatcher, &createEventDispatcher);
    table.replace(qpa->places.themeNames, &themeNames);
    table.replace(qpa->places.initialize, &initialize);
    table.attach(integration);
}

} // namespace QtAsyncio::PlatformHook
