# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""The executor, with qasync's arguments."""

from __future__ import annotations

from .. import _executor


class QThreadExecutor(_executor.QThreadExecutor):
    """Run functions in threads of Qt's. As `qasync.QThreadExecutor`; see the base class.

    Args:
        max_workers: how many functions may run at the same time.
        stack_size: the size of the threads' stacks in bytes; by default the system's.
    """

    def __init__(self, max_workers: int = 10, stack_size: int | None = None) -> None:
        super().__init__(max_workers)
        if stack_size is not None:
            self._pool.setStackSize(stack_size)
