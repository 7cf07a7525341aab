// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "realplatform.h"
#include "platformhook.h"

#include <QtCore/qfileinfo.h>
#include <QtCore/qlibraryinfo.h>
#include <QtCore/qloggingcategory.h>
#include <qpa/qplatformintegrationfactory_p.h>

#include <dlfcn.h>

namespace QtAsyncio {

namespace {

constexpr QLatin1String OwnName("qtasyncio");

/// Qt's rule for programs that name no platform, the same from Qt 6.4 to 6.12.
QStringList chosenByQt()
{
    const bool wayland = qEnvironmentVariableIsSet("WAYLAND_DISPLAY")
            || qgetenv("XDG_SESSION_TYPE") == "wayland";
    QStringList names(QStringLiteral("xcb"));
    if (wayland)
        names.prepend(QStringLiteral("wayland"));
    return names;
}

/// Where Qt found us. If a command line option named that folder, Qt tells nobody else.
QString pluginFolder()
{
    QString named = qEnvironmentVariable("QT_QPA_PLATFORM_PLUGIN_PATH");
    Dl_info own;
    if (!named.isEmpty() || !::dladdr(reinterpret_cast<void *>(&createRealPlatform), &own))
        return named;
    return QFileInfo(QString::fromLocal8Bit(own.dli_fname)).absolutePath();
}

void warn(const QString &name, const QString &folder)
{
    static const QLoggingCategory category("qt.qpa.plugin");
    const QByteArray in = qEnvironmentVariable("QT_QPA_PLATFORM_PLUGIN_PATH").toLocal8Bit();
    if (QPlatformIntegrationFactory::keys(folder).contains(name))
        qCWarning(
                category,
                "Could not load the Qt platform plugin \"%s\" in \"%s\" even though it was found.",
                qPrintable(name), in.constData());
    else
        qCWarning(category, "Could not find the Qt platform plugin \"%s\" in \"%s\"",
                  qPrintable(name), in.constData());
}

} // namespace

QPlatformIntegration *createRealPlatform(QStringList arguments, int &argc, char **argv)
{
    while (!arguments.isEmpty() && arguments.first().compare(OwnName, Qt::CaseInsensitive) == 0)
        arguments.removeFirst();
    const QString argument = arguments.isEmpty() ? QString() : arguments.takeFirst();
    const QStringList names = argument.isEmpty() ? chosenByQt() : QStringList(argument.toLower());
    const QString folder = pluginFolder();
    for (const QString &name : names) {
        const QStringList all = arguments + QLibraryInfo::platformPluginArguments(name);
        if (auto *real = QPlatformIntegrationFactory::create(name, all, argc, argv, folder)) {
            PlatformHook::install(real, name, argument);
            return real;
        }
        warn(name, folder);
    }
    return nullptr;
}

} // namespace QtAsyncio
