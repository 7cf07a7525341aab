# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Child processes, whatever the program does with SIGCHLD."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio import subprocess
from typing import Any

import pytest

import QtAsyncio
from conftest import PATIENCE
from connections import count_descriptors

pytestmark = pytest.mark.usefixtures("application")


async def output_of(*arguments: str, stdin: bytes = b"") -> tuple[int | None, bytes]:
    process = await asyncio.create_subprocess_exec(
        *arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    output, _ = await process.communicate(stdin)
    return process.returncode, output


async def shell(command: str) -> int:
    process = await asyncio.create_subprocess_shell(command)
    return await process.wait()


def test_output_and_status_of_a_child(qt_loop: Any) -> None:
    assert qt_loop.run_until_complete(output_of("cat", stdin=b"hello")) == (0, b"hello")
    assert qt_loop.run_until_complete(shell("exit 7")) == 7


def test_much_output_of_a_child(qt_loop: Any) -> None:
    text = b"x" * 1_000_000
    assert qt_loop.run_until_complete(output_of("cat", stdin=text)) == (0, text)


def test_a_child_that_is_killed(qt_loop: Any) -> None:
    async def main() -> int:
        process = await asyncio.create_subprocess_exec("sleep", "60")
        process.kill()
        return await process.wait()

    assert qt_loop.run_until_complete(main()) == -signal.SIGKILL


def test_children_that_exit_at_once_many_of_them(qt_loop: Any) -> None:
    async def main() -> list[int]:
        return await asyncio.gather(*(shell(f"exit {i}") for i in range(50)))

    assert qt_loop.run_until_complete(main()) == list(range(50))


def test_a_program_that_does_not_exist(qt_loop: Any) -> None:
    with pytest.raises(FileNotFoundError):
        qt_loop.run_until_complete(output_of("/does/not/exist"))


def test_a_child_waits_for_its_output_to_be_read(qt_loop: Any) -> None:
    async def main() -> list[bytes]:
        process = await asyncio.create_subprocess_shell(
            "for i in 1 2 3; do echo $i; done", stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        lines = [line async for line in process.stdout]
        await process.wait()
        return lines

    assert qt_loop.run_until_complete(main()) == [b"1\n", b"2\n", b"3\n"]


def test_no_child_watcher_and_no_handler_of_sigchld(qt_loop: Any) -> None:
    async def main() -> None:
        await shell("true")
        assert signal.getsignal(signal.SIGCHLD) is signal.SIG_DFL

    if sys.version_info < (3, 12):
        former = asyncio.get_child_watcher

        def fail() -> None:
            raise AssertionError("the policy was asked for a child watcher")

        asyncio.get_child_watcher = asyncio.events.get_child_watcher = fail  # type: ignore[assignment]
        try:
            qt_loop.run_until_complete(main())
        finally:
            asyncio.get_child_watcher = asyncio.events.get_child_watcher = former
    else:
        qt_loop.run_until_complete(main())


def test_sigchld_blocked_by_the_program(qt_loop: Any) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    try:
        assert qt_loop.run_until_complete(shell("exit 3")) == 3
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})


def test_sigchld_handled_by_the_program(qt_loop: Any) -> None:
    seen: list[int] = []
    former = signal.signal(signal.SIGCHLD, lambda number, _frame: seen.append(number))
    try:
        assert qt_loop.run_until_complete(shell("exit 3")) == 3
        qt_loop.run_until_complete(asyncio.sleep(0.01))
        assert signal.SIGCHLD in seen
    finally:
        signal.signal(signal.SIGCHLD, former)


def test_a_child_that_somebody_else_has_waited_for(
    qt_loop: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> int | None:
        process = await asyncio.create_subprocess_exec("sleep", "60")
        process.kill()
        os.waitpid(process.pid, 0)
        return await asyncio.wait_for(process.wait(), PATIENCE)

    assert qt_loop.run_until_complete(main()) == 255
    assert any("exit status already read" in record.getMessage() for record in caplog.records)


def test_children_of_loops_in_other_threads(qt_loop: Any) -> None:
    def work() -> int:
        loop = QtAsyncio.new_event_loop()
        try:
            return loop.run_until_complete(shell("exit 4"))
        finally:
            loop.close()

    async def main() -> int:
        return await asyncio.to_thread(work)

    assert qt_loop.run_until_complete(main()) == 4
    qt_loop.run_until_complete(qt_loop.shutdown_default_executor())


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # asyncio's, of the child's transport
def test_a_loop_closed_while_a_child_runs_leaves_no_descriptor() -> None:
    before = count_descriptors()
    loop = QtAsyncio.new_event_loop()

    async def main() -> Any:
        return await asyncio.create_subprocess_exec("sleep", "60")

    process = loop.run_until_complete(main())
    loop.close()
    os.kill(process.pid, signal.SIGKILL)
    os.waitpid(process.pid, 0)
    del process, loop
    assert count_descriptors() <= before


def test_a_shell_pipeline_beside_a_task(qt_loop: Any) -> None:
    async def main() -> tuple[bytes, int]:
        steps = 0

        async def count() -> None:
            nonlocal steps
            while True:
                steps += 1
                await asyncio.sleep(0.001)

        task = asyncio.create_task(count())
        process = await asyncio.create_subprocess_shell(
            "sleep 0.05; echo done", stdout=subprocess.PIPE
        )
        output, _ = await process.communicate()
        task.cancel()
        return output, steps

    output, steps = qt_loop.run_until_complete(main())
    assert output == b"done\n"
    assert steps > 5
