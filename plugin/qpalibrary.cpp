// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "qpalibrary.h"

#include <siblingfile.h>

#include <QtCore/qversionnumber.h>

#include <algorithm>
#include <span>

#include <dlfcn.h>
#include <link.h>

// The private ones of these symbols carry the tag Qt_6_PRIVATE_API, without a minor version, from
// Qt 6.4 on. Some virtual functions have changed their places in the table since; where those that
// we need are is read off the table of the base class, which QtGui exports.

namespace QtAsyncio {

namespace {

constexpr const char *GuiLibrary = "libQt6Gui.so.6";

constexpr const char *Send = "_ZN22QWindowSystemInterface22sendWindowSystemEventsE6QFlagsIN10"
                             "QEventLoop17ProcessEventsFlagEE";
constexpr const char *Integration = "_ZN22QGuiApplicationPrivate20platform_integrationE";
constexpr const char *PlatformName = "_ZN22QGuiApplicationPrivate13platform_nameE";
constexpr const char *NativeInterface = "_ZN15QGuiApplication23platformNativeInterfaceEv";
constexpr const char *Table = "_ZTV20QPlatformIntegration";
constexpr const char *BeforeCreate =
        "_ZNK20QPlatformIntegration22createImagePaintEngineEP12QPaintDevice";
constexpr const char *Initialize = "_ZN20QPlatformIntegration10initializeEv";
constexpr const char *ThemeNames = "_ZNK20QPlatformIntegration10themeNamesEv";

template <typename Pointer> bool resolve(void *library, const char *name, Pointer &pointer)
{
    pointer = reinterpret_cast<Pointer>(::dlsym(library, name));
    return pointer != nullptr;
}

/// The virtual functions of the base class; empty if the library does not tell.
std::span<void *const> baseTable(void *library)
{
    constexpr std::size_t Preamble = 2; // the offset to the object's top, and its type
    const void *table = ::dlsym(library, Table);
    Dl_info info;
    const ElfW(Sym) *symbol = nullptr;
    if (!table
        || !::dladdr1(table, &info, reinterpret_cast<void **>(const_cast<ElfW(Sym) **>(&symbol)),
                      RTLD_DL_SYMENT)
        || !symbol || symbol->st_size / sizeof(void *) < Preamble)
        return { };
    return std::span(static_cast<void *const *>(table), symbol->st_size / sizeof(void *))
            .subspan(Preamble);
}

/// createEventDispatcher() is abstract, and so has no symbol: it stands between these two.
std::optional<QpaLibrary::Places> findPlaces(void *library)
{
    const std::span table = baseTable(library);
    const auto index = [&](const char *name) {
        const auto found = std::find(table.begin(), table.end(), ::dlsym(library, name));
        return std::size_t(found - table.begin());
    };
    const QpaLibrary::Places found{ .createEventDispatcher = index(BeforeCreate) + 1,
                                    .initialize = index(Initialize),
                                    .themeNames = index(ThemeNames) };
    if (found.initialize != found.createEventDispatcher + 1 || found.initialize >= table.size()
        || found.themeNames >= table.size())
        return std::nullopt;
    return found;
}

std::optional<QpaLibrary> resolveAll(void *library)
{
    QpaLibrary qpa;
    const auto places = findPlaces(library);
    if (!places || !resolve(library, Send, qpa.sendWindowSystemEvents)
        || !resolve(library, Integration, qpa.integration)
        || !resolve(library, PlatformName, qpa.platformName)
        || !resolve(library, NativeInterface, qpa.nativeInterface))
        return std::nullopt;
    qpa.places = *places;
    return qpa;
}

/// QtGui, if it is in the process: whoever loaded it keeps it.
void *loadedGui()
{
    void *library = ::dlopen(GuiLibrary, RTLD_NOLOAD | RTLD_LAZY);
    if (library)
        ::dlclose(library);
    return library;
}

/// QtGui of the Qt that is in the process, which may have to be loaded; null if it has none.
void *loadGui()
{
    const SiblingFile gui(reinterpret_cast<const void *>(&qVersion), GuiLibrary);
    return ::dlopen(gui.path(), RTLD_LAZY | RTLD_LOCAL);
}

} // namespace

std::optional<QpaLibrary> QpaLibrary::find()
{
    void *library = loadedGui();
    return library ? resolveAll(library) : std::nullopt;
}

bool QpaLibrary::isLoaded()
{
    return loadedGui();
}

bool QpaLibrary::isKnown()
{
    void *library = loadedGui();
    const auto version = QVersionNumber::fromString(QLatin1String(qVersion()));
    if (!library && version.minorVersion() > QTASYNCIO_NEWEST_QT_MINOR)
        library = loadGui(); // for good: the program may use it meanwhile
    return !library || resolveAll(library);
}

} // namespace QtAsyncio
