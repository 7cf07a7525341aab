// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "clock.h"
#include "poller.h"

#include <cstdint>

struct epoll_event;

/// The kernel's calls, in our units.
namespace QtAsyncio::Epoll {

/// As epoll_create1(2).
int open() noexcept;

/// Whether the number means an open file.
bool isOpen(int descriptor) noexcept;

/// Whether the number means an epoll set. The set \a other must not be in that one; it is not if it
/// watches that one, because the kernel refuses circles.
bool isSet(int descriptor, int other) noexcept;

std::uint32_t events(Interests interests) noexcept;
/// A hang-up or an error is news for everybody who watches, as with poll().
Interests interests(std::uint32_t events) noexcept;

/// As epoll_wait(2), and a cancellation point too. Rounds up to the kernel's units of time, so that
/// no timer fires early.
int wait(int epoll, epoll_event *events, int size, Duration timeout);

} // namespace QtAsyncio::Epoll
