# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""What libraries do to loops themselves: endless time limits, and classes of their own."""

from __future__ import annotations

import asyncio
import math
import warnings
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from process import check_script

if TYPE_CHECKING:
    from ecosystem.qt import Qt


def test_work_during_which_qt_stands_still_is_noticed(qt: Qt) -> None:
    async def main() -> None:
        qt.stop()

    with pytest.raises(AssertionError, match=r"[01] ticks in"):
        qt.run(main())


def test_endless_time_limits(qt: Qt) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        timers = [loop.call_later(math.inf, pytest.fail), loop.call_at(math.inf, pytest.fail)]
        await asyncio.wait_for(qt.ticks(), math.inf)
        for timer in timers:
            timer.cancel()

    qt.run(main())


def test_a_subclass_of_asyncios_loop_that_a_library_makes(qt: Qt, zmq: Any) -> None:
    async def main() -> bytes:
        with zmq.asyncio.Context() as context, context.socket(zmq.PAIR) as socket:
            socket.bind("inproc://pair")
            with context.socket(zmq.PAIR) as other:
                other.connect("inproc://pair")
                await other.send(b"hello")
                data: bytes = await socket.recv()
        return data

    async def tick_and(work: Any) -> Any:
        await qt.ticks()
        return await work

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # any loop does today, pyzmq says
        loop = zmq.asyncio.ZMQEventLoop()
    assert isinstance(loop, asyncio.SelectorEventLoop)
    assert not isinstance(loop, QtAsyncio.QAsyncioEventLoop)
    try:
        assert loop.run_until_complete(main()) == b"hello"
    finally:
        loop.close()
    assert qt.run(tick_and(main())) == b"hello"


@pytest.mark.program
@pytest.mark.parametrize("modules", ["QtAsyncio, zmq.asyncio", "zmq.asyncio, QtAsyncio"])
@pytest.mark.usefixtures("zmq")
def test_libraries_subclass_asyncios_loop_at_import(modules: str) -> None:
    source = f"""
        import {modules}
        import asyncio
        from BINDING.QtCore import QCoreApplication, QTimer

        class Loop(asyncio.SelectorEventLoop):
            pass

        async def main():
            return type(asyncio.get_running_loop()).__name__

        app = QCoreApplication([])
        print(QtAsyncio.run(main(), keep_running=False, quit_qapp=False))
        loop = Loop()
        print(loop.run_until_complete(main()))
        loop.close()
        asyncio.set_event_loop(None)
        """
    assert check_script(source) == ["QAsyncioEventLoop", "Loop"]
