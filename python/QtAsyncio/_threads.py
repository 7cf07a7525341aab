# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Which thread this is: signals and the application belong to the main one."""

from __future__ import annotations

from . import _native


def in_main_thread() -> bool:
    """Return whether this is Python's main thread, which is to be Qt's as well."""
    return _native.in_main_thread()
