# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Loops that begin and end at the same moment in many threads of one process."""

from __future__ import annotations

import pytest

from interpreter import once
from process import check_script

pytestmark = [pytest.mark.slow, pytest.mark.program, once]


def test_loops_may_be_the_first_to_use_qt_in_all_threads_at_once() -> None:
    """PySide6 makes a class when it is first used, and crashes if two threads do so at once."""
    assert check_script("""
        import asyncio, sys, threading
        import QtAsyncio
        from BINDING import QtCore
        app = QtCore.QCoreApplication([])
        sys.setswitchinterval(1e-6)
        together = threading.Barrier(8)
        done = []
        class Sender(QtCore.QObject):
            signal = getattr(QtCore, "Signal", None) or QtCore.pyqtSignal
            said = signal(str)
        async def main(sender):
            await asyncio.to_thread(together.wait, 30)
            waiting = QtAsyncio.wait_signal(sender.said)
            asyncio.get_running_loop().call_soon(sender.said.emit, "done")
            return await waiting
        def work():
            sender = Sender()
            together.wait(30)
            loop = QtAsyncio.new_event_loop()
            done.append(loop.run_until_complete(main(sender)))
            loop.run_until_complete(loop.shutdown_default_executor())
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()
        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(len(done))
        """) == ["8"]
