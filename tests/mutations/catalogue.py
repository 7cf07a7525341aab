# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""All mutations, and the promises of docs/contract.md that they break."""

from __future__ import annotations

from mutations_descriptors import DESCRIPTORS
from mutations_iteration import ITERATION
from mutations_timers import TIMERS
from mutations_timertypes import TIMER_TYPES
from mutations_wakeups import WAKE_UPS

MUTATIONS = [*ITERATION, *TIMERS, *TIMER_TYPES, *DESCRIPTORS, *WAKE_UPS]

PROMISES = set(range(1, 24))

# Promises that no mutation breaks, and why.
UNBROKEN = {
    23: "the second version of Qt's interface is not there in the Qt that the tests are built for",
}
