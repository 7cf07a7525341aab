// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

// Compares Qt's event dispatchers, with and without GLib, with ours.

#include "benchmarks.h"
#include "comparison.h"

#include <QtCore/qabstracteventdispatcher.h>
#include <QtCore/qcommandlineparser.h>
#include <QtCore/qcoreapplication.h>

#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>

using namespace Qt::StringLiterals;

namespace {

/// Before there is an application: has its dispatcher be the one that `--dispatcher NAME` names.
void chooseDispatcher(const QString &name)
{
    if (name == u"glib") {
        qunsetenv("QT_NO_GLIB");
    } else if (name == u"unix") {
        qputenv("QT_NO_GLIB", "1");
    } else if (name == u"ours") {
        void *library = dlopen(QTASYNCIO_FACTORY_FILE, RTLD_NOW);
        void *create = library ? dlsym(library, "qtasyncio_create_dispatcher") : nullptr;
        if (!create)
            qFatal("qtbench: %s", dlerror());
        using Create = QAbstractEventDispatcher *(*)();
        QCoreApplication::setEventDispatcher(reinterpret_cast<Create>(create)());
    }
}

QString dispatcherArgument(int argc, char **argv)
{
    for (int i = 1; i + 1 < argc; ++i) {
        if (qstrcmp(argv[i], "--dispatcher") == 0)
            return QString::fromLocal8Bit(argv[i + 1]);
    }
    return { };
}

QStringList allBenchmarks()
{
    QStringList names;
    for (const Benchmark &benchmark : Benchmarks)
        names << QLatin1StringView(benchmark.name);
    return names;
}

/// Ends the program if a name is not among those that are known.
void requireKnown(const QStringList &names, const QStringList &known)
{
    for (const QString &name : names) {
        if (known.contains(name))
            continue;
        std::fprintf(stderr, "qtbench: there is no %s, only %s\n", qPrintable(name),
                     qPrintable(known.join(u", "_s)));
        std::exit(2);
    }
}

void measure(const QStringList &names)
{
    const auto *dispatcher = QAbstractEventDispatcher::instance();
    std::printf("dispatcher\t%s\n", dispatcher->metaObject()->className());
    for (const Benchmark &benchmark : Benchmarks) {
        if (names.contains(QLatin1StringView(benchmark.name)))
            benchmark.measure();
    }
}

} // namespace

int main(int argc, char **argv)
{
    chooseDispatcher(dispatcherArgument(argc, argv));
    const QCoreApplication application(argc, argv);
    const QStringList dispatchers = { u"glib"_s, u"unix"_s, u"ours"_s };

    QCommandLineParser parser;
    parser.setApplicationDescription(u"Compares Qt's event dispatchers with QtAsyncio's."_s);
    parser.addHelpOption();
    const QCommandLineOption rounds(u"rounds"_s, u"How often to measure each."_s, u"N"_s, u"3"_s);
    const QCommandLineOption dispatcher(
            u"dispatcher"_s, u"Measure only this one, here: glib, unix or ours."_s, u"NAME"_s);
    parser.addOptions({ rounds, dispatcher });
    parser.addPositionalArgument(u"benchmark"_s, allBenchmarks().join(u", "_s),
                                 u"[benchmark...]"_s);
    parser.process(application);

    const QStringList given = parser.positionalArguments();
    const QStringList names = given.isEmpty() ? allBenchmarks() : given;
    const QString only = parser.value(dispatcher);
    requireKnown(names, allBenchmarks());
    if (only.isEmpty())
        return compareDispatchers(dispatchers, names, qMax(1, parser.value(rounds).toInt()));
    requireKnown({ only }, dispatchers);
    measure(names);
    return 0;
}
