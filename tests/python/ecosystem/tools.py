# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Tools that watch or patch loops, and loops beside ours; docs/migrating.md has a table of them."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest

from process import check_script, run_script

if TYPE_CHECKING:
    from ecosystem.qt import Qt


def test_aiodebug_hears_of_slow_callbacks(
    qt: Qt, aiodebug: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow: list[str] = []

    async def main() -> None:
        monkeypatch.setattr(asyncio.Handle, "_run", asyncio.Handle._run)  # type: ignore[attr-defined]
        aiodebug.log_slow_callbacks.enable(0.02, lambda name, _seconds: slow.append(name))
        asyncio.get_running_loop().call_soon(time.sleep, 0.03)
        await qt.ticks()
        time.sleep(0.03)
        await qt.ticks()
        monkeypatch.undo()

    qt.run(main())
    assert any(it.startswith("<Handle sleep(") for it in slow)
    assert any(it.startswith("<Task ") for it in slow)


def test_trio_is_a_guest_of_the_loop(qt: Qt, trio: Any) -> None:
    async def count(send: Any) -> None:
        async with send:
            for number in range(5):
                await trio.sleep(0.002)
                await send.send(number)

    async def trio_main() -> list[int]:
        send, receive = trio.open_memory_channel(0)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(count, send)
            with trio.move_on_after(0.02):
                await trio.sleep_forever()
            return [number async for number in receive]

    async def main() -> list[int]:
        loop = asyncio.get_running_loop()
        outcome = loop.create_future()
        trio.lowlevel.start_guest_run(
            trio_main,
            run_sync_soon_threadsafe=loop.call_soon_threadsafe,
            run_sync_soon_not_threadsafe=loop.call_soon,
            done_callback=outcome.set_result,
            host_uses_signal_set_wakeup_fd=True,
        )
        await qt.ticks()
        result: list[int] = (await outcome).unwrap()
        return result

    assert qt.run(main()) == [0, 1, 2, 3, 4]


#: A program in whose tasks a timer of Qt's and another task have to go on.
NESTING = """
import asyncio, warnings
warnings.simplefilter("ignore", DeprecationWarning)  # of get_event_loop()
import QtAsyncio, {module} as nesting
from BINDING import QtCore
app = QtCore.QCoreApplication([])
ticks = []
timer = QtCore.QTimer()
timer.timeout.connect(lambda: ticks.append("Qt"))
async def tick():
    while True:
        await asyncio.sleep(0.002)
        ticks.append("task")
async def inner(value):
    while ticks.count("Qt") < 2 or ticks.count("task") < 2:
        await asyncio.sleep(0.001)
    return value
async def fails():
    raise LookupError("inner")
async def main():
    timer.start(2)
    ticking = asyncio.create_task(tick())
    nesting.apply()
    loop = asyncio.get_running_loop()
    print(loop.run_until_complete(inner("nested")))
    print(asyncio.run(inner("run")))
    try:
        loop.run_until_complete(fails())
    except LookupError as error:
        print(error)
    ticks.clear()
    print(await inner("afterwards"), asyncio.current_task() is task)
    ticking.cancel()
async def start():
    global task
    task = asyncio.create_task(main())
    await task
QtAsyncio.run(start(), keep_running=False)
"""


@pytest.mark.program
@pytest.mark.parametrize("module", ["nest_asyncio", "nest_asyncio2"])
def test_nest_asyncio_nests_qts_event_loops(module: str, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(module)
    expected = ["nested", "run", "inner", "afterwards True"]
    assert check_script(NESTING.format(module=module)) == expected


@pytest.mark.program
@pytest.mark.usefixtures("blockbuster")
def test_blockbuster_refuses_calls_that_block() -> None:
    done = run_script(
        """
        import asyncio, time
        import QtAsyncio
        from BINDING import QtCore
        from blockbuster import BlockBuster, BlockingError

        def blocks():
            try:
                time.sleep(0.001)
            except BlockingError as error:
                return str(error)

        async def main():
            print("task:", blocks())
            slot = asyncio.get_running_loop().create_future()
            QtCore.QTimer.singleShot(0, lambda: slot.set_result(blocks()))
            print("slot:", await slot)
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"line\\n")
            print("stream:", await reader.readline())
            writer.close()

        async def serve(reader, writer):
            writer.write(await reader.readline())
            writer.close()

        async def start():
            global port
            async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
                port = server.sockets[0].getsockname()[1]
                blocker = BlockBuster()
                for function in blocker.functions.values():  # PySide6 reads imported modules
                    function.can_block_in("shibokensupport/feature.py", "_mod_uses_pyside")
                blocker.activate()
                await main()
                blocker.deactivate()

        app = QtCore.QCoreApplication([])
        QtAsyncio.run(start(), keep_running=False)
        """
    )
    assert done.stdout.splitlines() == [
        "task: Blocking call to time.sleep",
        "slot: Blocking call to time.sleep",
        "stream: b'line\\n'",
    ], done.stderr


@pytest.mark.program
@pytest.mark.usefixtures("uvloop")
def test_uvloop_installed_leaves_our_loops_alone() -> None:
    source = """
        import asyncio, warnings
        warnings.simplefilter("ignore", DeprecationWarning)  # of policies
        import uvloop
        uvloop.install()
        import QtAsyncio
        from BINDING import QtCore

        async def main():
            return type(asyncio.get_running_loop()).__name__

        app = QtCore.QCoreApplication([])
        print(QtAsyncio.run(main(), keep_running=False, quit_qapp=False))
        print(asyncio.run(main()))
        with QtAsyncio.start() as guest:
            print(type(asyncio.get_running_loop()).__name__)
        """
    assert check_script(source) == ["QAsyncioEventLoop", "Loop", "QAsyncioEventLoop"]
