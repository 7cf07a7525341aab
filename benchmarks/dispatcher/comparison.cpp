// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "comparison.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qfile.h>
#include <QtCore/qlist.h>
#include <QtCore/qmap.h>
#include <QtCore/qprocess.h>
#include <QtCore/qsysinfo.h>
#include <QtCore/qthread.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds Patience = 120s;

void printLine(const QString &line)
{
    std::puts(qPrintable(line));
}

struct Figure
{
    QString unit;
    QMap<QString, QList<double>> values; // by dispatcher, one for each round
};

class Comparison
{
public:
    /// False if the process failed.
    bool measure(const QString &dispatcher, const QString &benchmark)
    {
        QProcess process;
        process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        process.start(QCoreApplication::applicationFilePath(),
                      { u"--dispatcher"_s, dispatcher, benchmark });
        if (!process.waitForFinished(int(Patience.count())) || process.exitStatus() != 0
            || process.exitCode() != 0) {
            process.kill();
            process.waitForFinished();
            return false;
        }
        const QString output = QString::fromUtf8(process.readAllStandardOutput());
        for (const QString &line : output.split(u'\n', Qt::SkipEmptyParts))
            note(dispatcher, line.split(u'\t'));
        return true;
    }

    void print(const QStringList &dispatchers) const
    {
        QString heading = u"| figure | unit |"_s;
        for (const QString &dispatcher : dispatchers)
            heading += u" %1 (%2) |"_s.arg(dispatcher, m_classes[dispatcher]);
        printLine(heading);
        printLine(u"|"_s + u"---|"_s.repeated(2 + dispatchers.size()));
        for (const QString &name : m_order) {
            QString row = u"| %1 | %2 |"_s.arg(name, m_figures[name].unit);
            for (const QString &dispatcher : dispatchers)
                row += cell(m_figures[name].values[dispatcher]);
            printLine(row);
        }
    }

private:
    void note(const QString &dispatcher, const QStringList &fields)
    {
        if (fields.size() == 2) { // "dispatcher<TAB>class"
            m_classes[dispatcher] = fields[1];
            return;
        }
        const QString &name = fields[0];
        if (!m_order.contains(name))
            m_order.append(name);
        m_figures[name].unit = fields[2];
        m_figures[name].values[dispatcher].append(fields[1].toDouble());
    }

    /// The median, with the lowest and the highest value if they differ.
    static QString cell(QList<double> values)
    {
        if (values.isEmpty())
            return u" failed |"_s;
        std::sort(values.begin(), values.end());
        const double median = (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
        QString text = u' ' + number(median);
        if (values.first() != values.last())
            text += u" [%1 to %2]"_s.arg(number(values.first()), number(values.last()));
        return text + u" |"_s;
    }

    static QString number(double value) { return QString::number(value, 'f', value < 100 ? 2 : 0); }

    QStringList m_order;
    QMap<QString, Figure> m_figures;
    QMap<QString, QString> m_classes;
};

QString processorName()
{
    QFile file(u"/proc/cpuinfo"_s);
    if (!file.open(QIODevice::ReadOnly))
        return u"unknown processor"_s;
    const QString text = QString::fromUtf8(file.readAll());
    return text.section(u"model name"_s, 1).section(u'\n', 0, 0).section(u':', 1).trimmed();
}

void printMachine(int rounds)
{
    printLine(u"- machine: %1, %2 CPUs"_s.arg(processorName()).arg(QThread::idealThreadCount()));
    printLine(u"- kernel: %1 %2"_s.arg(QSysInfo::kernelType(), QSysInfo::kernelVersion()));
    printLine(u"- Qt: %1"_s.arg(QLatin1StringView(qVersion())));
    printLine(u"- a cell: median of the rounds (%1) [lowest to highest]\n"_s.arg(rounds));
}

} // namespace

int compareDispatchers(const QStringList &dispatchers, const QStringList &benchmarks, int rounds)
{
    Comparison comparison;
    bool ok = true;
    for (int round = 0; round < rounds; ++round) {
        for (const QString &benchmark : benchmarks) {
            for (const QString &dispatcher : dispatchers) {
                std::fprintf(stderr, "# round %d %s %s\n", round + 1, qPrintable(benchmark),
                             qPrintable(dispatcher));
                ok &= comparison.measure(dispatcher, benchmark);
            }
        }
    }
    printMachine(rounds);
    comparison.print(dispatchers);
    return ok ? 0 : 1;
}
