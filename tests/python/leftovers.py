# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""State that a test must not leave to later tests: it is named and removed."""

from __future__ import annotations

import _signal  # whose getsignal() makes no enumeration's member: a tenth of the time
import asyncio
import os
import signal
from asyncio import events
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: The signals that tests send and handle.
_SIGNALS = tuple(
    getattr(signal, f"SIG{name}")
    for name in ("INT", "TERM", "HUP", "PIPE", "CHLD", "ALRM", "USR1", "USR2")
)

#: multiprocessing starts it once for a process; it ends with the process.
_TRACKER = b"multiprocessing.resource_tracker"

#: The current task of each loop. Python 3.14 keeps it with the thread, and this stays empty.
_CURRENT_TASKS: dict[Any, Any] = getattr(asyncio.tasks, "_current_tasks", {})


class Leftovers:
    """The state before a test, and the additions after it.

    It costs about 20 microseconds for each test.

    Args:
        windows: returns the QWindows that are visible.
    """

    def __init__(self, windows: Callable[[], list[Any]]) -> None:
        self._windows = windows
        self._former_windows = {int(window.winId()) for window in windows()}
        self._children = _children()
        self._handlers = [_signal.getsignal(number) for number in _SIGNALS]
        self._wakeup = _wakeup_descriptor()
        self._running = events._get_running_loop()

    def remove(self) -> list[str]:
        """Restore the former state, and return the differences."""
        return [
            *self._restore_running_loop(),
            *self._close_windows(),
            *self._restore_signals(),
            *self._end_children(),
        ]

    def _restore_running_loop(self) -> Iterator[str]:
        if (running := events._get_running_loop()) is not self._running:
            events._set_running_loop(self._running)
            yield f"a running loop, {running}"
        for loop in [it for it in _CURRENT_TASKS if it is not self._running]:
            yield f"a current task, {_CURRENT_TASKS.pop(loop)}"

    def _close_windows(self) -> Iterator[str]:
        for window in self._windows():
            if int(window.winId()) not in self._former_windows:
                window.hide()
                yield f"a window, {window!r}"

    def _restore_signals(self) -> Iterator[str]:
        for number, former in zip(_SIGNALS, self._handlers, strict=True):
            if (handler := _signal.getsignal(number)) != former:
                signal.signal(number, former)
                yield f"a handler of {signal.Signals(number).name}, {handler}"
        if (wakeup := _wakeup_descriptor()) != self._wakeup:
            signal.set_wakeup_fd(self._wakeup, warn_on_full_buffer=False)
            yield f"the wake-up descriptor {wakeup} instead of {self._wakeup}"

    def _end_children(self) -> Iterator[str]:
        for child in _children() - self._children:
            with suppress(ProcessLookupError, ChildProcessError, FileNotFoundError):
                command = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ")
                if _TRACKER in command:
                    continue
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
                yield f"a process, {command.decode(errors='replace') or 'which has ended'}"


def _children() -> set[int]:
    """Return the child processes of all threads."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return set()  # as after most tests
    children: set[int] = set()
    for thread in os.listdir("/proc/self/task"):
        with suppress(OSError):  # it has ended
            text = Path(f"/proc/self/task/{thread}/children").read_text()
            children.update(map(int, text.split()))
    return children


def _wakeup_descriptor() -> int:
    descriptor = signal.set_wakeup_fd(-1)
    signal.set_wakeup_fd(descriptor, warn_on_full_buffer=False)
    return descriptor
