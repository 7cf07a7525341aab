// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

namespace QtAsyncio {

/// Who is told when the dispatcher of an application starts its work, in its thread: those who
/// have lost the former one may want the new one. Any thread.
namespace ApplicationStart {

/// One function, in the place of the former one; null for nobody.
void setListener(void (*function)());
void tell();

} // namespace ApplicationStart
} // namespace QtAsyncio
