// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

/// Marks what libQtAsyncioDispatcher offers to other libraries; all else is hidden.
#define QTASYNCIO_EXPORT __attribute__((visibility("default")))
