// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

namespace QtAsyncio {

/// Whether the test is compiled with ThreadSanitizer, which cannot do all that a thread can.
#ifdef __SANITIZE_THREAD__
inline constexpr bool HasThreadSanitizer = true;
#else
inline constexpr bool HasThreadSanitizer = false;
#endif

} // namespace QtAsyncio
