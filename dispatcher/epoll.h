// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "clock.h"
#include "poller.h"

#include <cstdint>

struct epoll_event;

/// The kernel's calls, in our units.
namespace QtAsyncio::Epoll {

/// Throws std::system_error if the process has no descriptor left.
int open();

std::uint32_t events(Interests interests) noexcept;
/// A hang-up or an error is news for everybody who watches, as with poll().
Interests interests(std::uint32_t events) noexcept;

/// The one conversion to the kernel's units of time: no timer fires early. As epoll_wait(2).
int wait(int epoll, epoll_event *events, int size, Duration timeout);

} // namespace QtAsyncio::Epoll
