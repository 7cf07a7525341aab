// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "cancellation.h"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace QtAsyncio {

/// The errno with which files cannot be opened for lack of descriptors, or 0. For functions that
/// fail without an errno, such as dlopen().
inline int descriptorShortage() noexcept
{
    const CancellationGuard guard;
    const int descriptor = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return errno == EMFILE || errno == ENFILE ? errno : 0;
    ::close(descriptor);
    return 0;
}

} // namespace QtAsyncio
