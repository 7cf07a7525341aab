// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "forkgeneration.h"

#include <pthread.h>

namespace QtAsyncio {

namespace {

unsigned s_generation = 0;

// Runs when the library is loaded: a fork may come before anything asks.
const int s_registered = ::pthread_atfork(nullptr, nullptr, [] { ++s_generation; });

} // namespace

unsigned forkGeneration() noexcept
{
    static_cast<void>(s_registered);
    return s_generation;
}

} // namespace QtAsyncio
