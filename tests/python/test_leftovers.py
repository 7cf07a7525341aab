# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Leftovers of a test are named, and removed before the next one."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from asyncio import events
from typing import Any

import pytest

from conftest import QtWidgets, visible_windows
from leftovers import Leftovers


def test_leftovers_are_named_and_taken_away(qt_loop: Any) -> None:
    handler, wakeup = signal.getsignal(signal.SIGUSR1), signal.set_wakeup_fd(-1)
    leftovers = Leftovers(visible_windows)

    widget = QtWidgets.QWidget()
    widget.show()
    events._set_running_loop(qt_loop)
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)
    child = subprocess.Popen(["sleep", "60"])

    left = leftovers.remove()
    os.close(reader), os.close(writer)
    child.poll()
    assert [text.partition(",")[0].partition(" instead")[0] for text in left] == [
        "a running loop",
        "a window",
        "a handler of SIGUSR1",
        f"the wake-up descriptor {writer}",
        "a process",
    ]
    assert not widget.isVisible()
    assert events._get_running_loop() is None
    assert signal.getsignal(signal.SIGUSR1) is handler
    assert signal.set_wakeup_fd(wakeup) == -1
    assert not os.path.exists(f"/proc/{child.pid}")
    assert leftovers.remove() == []


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="the current task is the thread's")
def test_a_left_current_task_is_named_and_taken_away(qt_loop: Any) -> None:
    leftovers = Leftovers(list)
    task = qt_loop.create_task(asyncio.sleep(0))
    asyncio.tasks._enter_task(qt_loop, task)
    assert leftovers.remove() == [f"a current task, {task}"]
    assert asyncio.current_task(qt_loop) is None
    qt_loop.run_until_complete(task)
