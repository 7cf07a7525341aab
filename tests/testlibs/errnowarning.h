// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

namespace QtAsyncio {

/// Has QtTest expect qErrnoWarning(\a error, \a text), which is critical up to some Qt, and a
/// warning since then.
void expectErrnoWarning(int error, const char *text);

} // namespace QtAsyncio
