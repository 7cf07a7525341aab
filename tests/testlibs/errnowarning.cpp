// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "errnowarning.h"

#include <QtTest/qtest.h>

#include <system_error>

namespace QtAsyncio {

namespace {

QtMsgType s_type = QtCriticalMsg;

void noteType(QtMsgType type, const QMessageLogContext &, const QString &)
{
    s_type = type;
}

} // namespace

void expectErrnoWarning(int error, const char *text)
{
    const QtMessageHandler former = qInstallMessageHandler(&noteType);
    qErrnoWarning(error, "of this type");
    qInstallMessageHandler(former);
    const QString reason = QString::fromLocal8Bit(std::generic_category().message(error).c_str());
    const QString message = QStringLiteral("%1 (%2)").arg(QString::fromLatin1(text), reason);
    QTest::ignoreMessage(s_type, qPrintable(message));
}

} // namespace QtAsyncio
