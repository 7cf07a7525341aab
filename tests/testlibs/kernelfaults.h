// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <string_view>
#include <vector>

namespace QtAsyncio {

/// Makes the next calls of one of the kernel's functions fail.
///
/// A program that uses this has functions of its own in place of the C library's: epoll_create1,
/// epoll_ctl (for additions), epoll_wait, epoll_pwait2, eventfd, eventfd_write, timerfd_create.
struct Fault
{
    const char *function = "";
    int error = 0;
    int calls = 0; // how many
};

extern thread_local Fault t_fault; // of this thread

/// The open descriptors of an anonymous kind, in ascending order: "eventfd", "eventpoll".
std::vector<int> descriptorsOf(std::string_view kind);
} // namespace QtAsyncio
