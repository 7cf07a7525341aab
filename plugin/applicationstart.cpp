// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "applicationstart.h"

#include <atomic>

namespace QtAsyncio::ApplicationStart {

namespace {

std::atomic<void (*)()> s_listener = nullptr;

} // namespace

void setListener(void (*function)())
{
    s_listener.store(function);
}

void tell()
{
    if (const auto listener = s_listener.load())
        listener();
}

} // namespace QtAsyncio::ApplicationStart
