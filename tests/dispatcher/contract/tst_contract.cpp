// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "contract.h"
#include "processes.h"

#include <QtTest/qtest.h>

#include <string_view>

/// tst_contract [CLASS] [ARGUMENT...]: all test classes, or one, with QtTest's arguments.
int main(int argc, char **argv)
{
    const std::string_view first = argc > 1 ? argv[1] : "";
    if (first == Contract::TwoApplications)
        return Contract::runTwoApplications(argc, argv);
    if (first == Contract::NoDescriptors)
        return Contract::runWithoutDescriptors(argc, argv);
    if (first == Contract::Terminate)
        return Contract::runTerminations(argc, argv);

    const std::unique_ptr<QCoreApplication> app = Contract::createApplication(argc, argv);

    using Create = std::unique_ptr<QObject> (*)();
    static constexpr Create classes[] = {
        Contract::createEvents,     Contract::createFlags,      Contract::createTimers,
        Contract::createTimerOrder, Contract::createTimerTypes, Contract::createIntervals,
        Contract::createNotifiers,  Contract::createSharing,    Contract::createDescriptors,
        Contract::createErrors,     Contract::createWakeUps,    Contract::createInterrupts,
        Contract::createLoops,      Contract::createQuitting,   Contract::createDeletions,
        Contract::createLifetimes,  Contract::createThreads,    Contract::createMisuse,
        Contract::createArguments,  Contract::createLimits,     Contract::createSignals,
        Contract::createForks,      Contract::createDevices,    Contract::createModules,
        Contract::createServices,   Contract::createWindows,    Contract::createRounding,
        Contract::createDetails,
    };
    QStringList arguments = QCoreApplication::arguments();
    const QString wanted = arguments.size() > 1 && arguments.at(1).startsWith(QLatin1String("tst_"))
            ? arguments.takeAt(1)
            : QString();
    int failures = 0;
    for (const Create create : classes) {
        const std::unique_ptr<QObject> test = create();
        if (wanted.isEmpty() || wanted == QLatin1String(test->metaObject()->className()))
            failures += QTest::qExec(test.get(), arguments);
    }
    return failures;
}
