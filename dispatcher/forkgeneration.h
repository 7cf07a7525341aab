// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

namespace QtAsyncio {

/// How many forks lie between this process and the one that loaded the library.
///
/// An owner of kernel objects that a fork shares remembers the figure and makes new ones
/// when it differs. Counting is all that is done in the child right after fork(): there,
/// before an exec, hardly anything else is allowed.
unsigned forkGeneration() noexcept;

} // namespace QtAsyncio
