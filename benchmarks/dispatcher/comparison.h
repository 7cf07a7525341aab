// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <QtCore/qstringlist.h>

/// Measures every dispatcher in processes of their own, in interleaved rounds, and prints a
/// Markdown table. Returns the exit status of the program.
int compareDispatchers(const QStringList &dispatchers, const QStringList &benchmarks, int rounds);
