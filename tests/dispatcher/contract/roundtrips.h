// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

namespace Contract {

/// Another thread posts \a rounds events to this one's event loop, each when the one before it has
/// been answered: a single wake-up that is lost, and nobody goes on. Returns how many arrived.
int roundTrips(int rounds);

} // namespace Contract
