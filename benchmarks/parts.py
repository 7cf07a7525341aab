# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""What a stack that perf has seen belongs to."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracing import Stack

_SYSTEM_CALL = re.compile(r"(?:__(?:[a-z0-9]+_)?|k)sys_(\w+)")
_SENDING = ("kernel: sendto", "kernel: sendmsg", "kernel: write")
# By the path of the library, the first that matches.
_PARTS = [
    (r"/_native\.|/uvloop/|/ceiling$", "the loop, compiled"),
    (r"/libQtAsyncio", "QtAsyncio's dispatcher"),
    (r"/libpython|/python3[0-9.]*$|/lib-dynload/|/_asyncio\.", "Python"),
    (r"/libQt6|/Qt6?/plugins/", "Qt"),
    (r"/PySide6/|/PyQt6/|shiboken", "the Qt binding"),
    (r"/libc[.-]|/libm[.-]|/libpthread|/ld-linux|\[vdso\]", "the C library"),
]


def part_of(stack: Stack) -> str:
    """Return the part of the process that the innermost function belongs to."""
    module = stack[0].module
    if stack[0].is_in_kernel:
        return f"kernel: {_reason(stack)}"
    return next((part for pattern, part in _PARTS if re.search(pattern, module)), "other")


def way_of_sending(stacks: Sequence[Stack]) -> tuple[list[str], float]:
    """Return the libraries through which the kernel is reached that sends, and for what share.

    The innermost library is the first. Those of the most frequent way are returned.
    """
    ways: Counter[tuple[str, ...]] = Counter()
    for stack in stacks:
        if part_of(stack) in _SENDING:
            outside = [PurePath(frame.module).name for frame in stack if not frame.is_in_kernel]
            ways[tuple(name for name, _ in groupby(outside))] += 1
    if not ways:
        return [], 0.0
    way, count = ways.most_common(1)[0]
    return list(way), count / ways.total()


def _reason(stack: Stack) -> str:
    """Return the name of the system call, or else why the kernel has been entered."""
    functions = [frame.function for frame in reversed(stack) if frame.is_in_kernel]
    for function in functions:
        if found := _SYSTEM_CALL.fullmatch(function):
            return found[1]
        if "mmap" in function:  # whose first function bears another name
            return "mmap"
        if "page_fault" in function:
            return "page faults"
        if "sysvec" in function:
            return "interrupts"
    return "entry and exit" if "syscall" in functions[0].lower() else "other"
