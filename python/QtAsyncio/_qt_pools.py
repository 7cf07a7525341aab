# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""QThreadPools of executors, which outlive these.

An executor that nobody refers to any more may go in one of its own threads, at the end of its
last function. The pool must not go there: it would wait for the very thread it is deleted in.
"""

from __future__ import annotations

import threading
import weakref
from typing import Any

from . import _binding

_lock = threading.Lock()
#: Each pool, and who uses it. One without threads, which Qt ends after 30 s, costs next to nothing.
_pools: list[tuple[Any, weakref.ref[object]]] = []


def new_pool(user: object, max_threads: int) -> Any:
    """Return a new QThreadPool; it is kept until its user is gone and its threads are idle."""
    pool = _binding.core().QThreadPool()
    pool.setMaxThreadCount(max_threads)
    with _lock:
        unused = [it for it in _pools if it[1]() is None and not it[0].activeThreadCount()]
        _pools[:] = [it for it in _pools if it not in unused]
        _pools.append((pool, weakref.ref(user)))
    return pool
