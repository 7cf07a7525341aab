# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Child processes: how their end is learned of, and what becomes of those in trouble."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import os
import signal
import sys
import threading
from asyncio import subprocess
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import PATIENCE, QtCore, until, wait_until
from connections import count_descriptors

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("application")

#: Reads all of its input, then writes it twice.
ECHO_TWICE = "import sys; data = sys.stdin.buffer.read(); sys.stdout.buffer.write(data + data)"


@pytest.fixture(params=["pidfd", "no pidfd", "no system call", "no descriptor left"])
def kernel(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Have the kernel watch children, or leave that to threads for one reason or another."""

    def refuse(error: int) -> Callable[[int, int], int]:
        def pidfd_open(_pid: int, _flags: int = 0) -> int:
            raise OSError(error, os.strerror(error))

        return pidfd_open

    if request.param == "no pidfd":
        monkeypatch.delattr(os, "pidfd_open")
    elif request.param == "no system call":
        monkeypatch.setattr(os, "pidfd_open", refuse(errno.ENOSYS))
    elif request.param == "no descriptor left":
        monkeypatch.setattr(os, "pidfd_open", refuse(errno.EMFILE))
    return str(request.param)


def watching_threads() -> list[str]:
    return [each.name for each in threading.enumerate() if "waitpid" in each.name]


async def exit_with(status: int) -> int:
    process = await asyncio.create_subprocess_shell(f"exit {status}")
    return await asyncio.wait_for(process.wait(), PATIENCE)


def test_children_are_watched_by_the_kernel_and_else_by_threads(qt_loop: Any, kernel: str) -> None:
    async def main() -> tuple[int, list[str]]:
        process = await asyncio.create_subprocess_exec("sleep", "60")
        threads = watching_threads()
        process.terminate()
        assert threads == [] or threads == [f"waitpid-{process.pid}"]
        return await asyncio.wait_for(process.wait(), PATIENCE), threads

    status, threads = qt_loop.run_until_complete(main())
    assert status == -signal.SIGTERM
    assert bool(threads) == (kernel != "pidfd")


@pytest.mark.slow
def test_children_by_the_hundred(qt_loop: Any, kernel: str) -> None:
    count = 100 if kernel == "pidfd" else 10

    async def main() -> list[int]:
        return await asyncio.gather(*(exit_with(i) for i in range(count)))

    assert qt_loop.run_until_complete(exit_with(3)) == 3
    before = count_descriptors()
    assert qt_loop.run_until_complete(main()) == list(range(count))
    assert count_descriptors() <= before
    wait_until(lambda: not watching_threads(), "threads to end")


@pytest.mark.usefixtures("default_sighup")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGSEGV, signal.SIGHUP])
def test_children_that_are_killed_tell_by_which_signal(qt_loop: Any, number: int) -> None:
    async def main() -> int:
        process = await asyncio.create_subprocess_exec("sleep", "60")
        process.send_signal(number)
        status = await asyncio.wait_for(process.wait(), PATIENCE)
        with pytest.raises(ProcessLookupError):
            process.send_signal(number)
        return status

    assert qt_loop.run_until_complete(main()) == -number


class Faults:
    """Records the process ids that are reaped, and the signals that are sent to those after it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reaped: set[int] = set()
        self.stale: list[int] = []
        self.when_reaped: Callable[[], object] = lambda: None
        self._waitpid, self._kill = os.waitpid, os.kill
        monkeypatch.setattr(os, "waitpid", self._wait)
        monkeypatch.setattr(os, "kill", self._send)

    def _wait(self, pid: int, options: int) -> tuple[int, int]:
        result = self._waitpid(pid, options)
        if result[0]:
            self.reaped.add(result[0])
            self.when_reaped()
        return result

    def _send(self, pid: int, number: int) -> None:
        if pid in self.reaped:
            self.stale.append(pid)
        else:
            self._kill(pid, number)


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> Faults:
    """Watch the system calls for children."""
    return Faults(monkeypatch)


def test_a_child_is_not_signalled_once_it_is_reaped(
    qt_loop: Any, kernel: str, faults: Faults
) -> None:
    async def main() -> None:
        for _ in range(10):
            process = await asyncio.create_subprocess_exec("sleep", "60")
            faults.when_reaped = process.kill  # as a signal handler may do
            with contextlib.suppress(ProcessLookupError):
                while process.returncode is None:
                    process.kill()
                    process.send_signal(signal.SIGCONT)
                    process.terminate()
                    await asyncio.sleep(0)
            assert await process.wait() in (-signal.SIGKILL, -signal.SIGTERM)

    qt_loop.run_until_complete(asyncio.wait_for(main(), PATIENCE))
    assert len(faults.reaped) == 10
    assert faults.stale == []


def test_a_child_whose_pipes_live_on_is_not_signalled(
    qt_loop: Any, kernel: str, faults: Faults
) -> None:
    async def main() -> None:
        process = await asyncio.create_subprocess_shell(
            "sleep 60 & exit 3", stdout=subprocess.PIPE, start_new_session=True
        )
        await until(lambda: process.returncode is not None, "the shell's end")
        process.kill()
        assert process.returncode == 3
        os.killpg(process.pid, signal.SIGKILL)
        assert await asyncio.wait_for(process.communicate(), PATIENCE) == (b"", None)
        assert process.returncode == 3

    qt_loop.run_until_complete(main())
    assert faults.stale == []


def test_a_child_that_ends_as_its_transport_is_closed_keeps_its_status(
    qt_loop: Any, kernel: str, faults: Faults, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> int | None:
        transport, _ = await qt_loop.subprocess_exec(
            asyncio.SubprocessProtocol, "sh", "-c", "exit 3", stdin=None, stdout=None, stderr=None
        )
        with contextlib.suppress(ChildProcessError):  # a thread may have had it reaped by now
            os.waitid(os.P_PID, transport.get_pid(), os.WEXITED | os.WNOWAIT)
        transport.close()  # which polls
        transport.kill()
        await until(lambda: transport.get_returncode() is not None, "the child's end")
        return transport.get_returncode()

    assert qt_loop.run_until_complete(main()) == 3
    assert faults.stale == []
    assert not caplog.records


def test_a_child_may_end_before_it_is_watched(
    qt_loop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pidfd_open = os.pidfd_open

    def open_after_the_end(pid: int, flags: int = 0) -> int:
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        return pidfd_open(pid, flags)

    monkeypatch.setattr(os, "pidfd_open", open_after_the_end)
    assert qt_loop.run_until_complete(exit_with(5)) == 5


def test_a_child_of_a_program_that_ignores_sigchld(
    qt_loop: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """The kernel drops the status of its children: asyncio says 255."""
    former = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        assert qt_loop.run_until_complete(exit_with(5)) == 255
        assert signal.getsignal(signal.SIGCHLD) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGCHLD, former)
    assert any("exit status already read" in record.getMessage() for record in caplog.records)


def test_a_child_gets_and_gives_much_at_once(qt_loop: Any) -> None:
    data = os.urandom(1 << 20)

    async def main() -> tuple[bytes, int | None]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-S", "-c", ECHO_TWICE, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        output, _ = await asyncio.wait_for(process.communicate(data), PATIENCE)
        return output, process.returncode

    assert qt_loop.run_until_complete(main()) == (data + data, 0)


def test_a_child_may_close_its_input_early(qt_loop: Any) -> None:
    async def main() -> tuple[bytes, int | None]:
        process = await asyncio.create_subprocess_shell(
            "exec 0<&-; echo closed", stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        output, _ = await asyncio.wait_for(process.communicate(b"x" * 1_000_000), PATIENCE)
        return output, process.returncode

    assert qt_loop.run_until_complete(main()) == (b"closed\n", 0)


def test_a_child_that_has_ended_keeps_no_writer_waiting(loop: Any) -> None:
    """Whether the writer is told that nobody reads depends on what asyncio hears of first."""

    async def main() -> None:
        process = await asyncio.create_subprocess_exec("true", stdin=subprocess.PIPE)
        assert process.stdin is not None
        await process.wait()
        process.stdin.write(b"x" * 1_000_000)
        with contextlib.suppress(ConnectionError):
            await asyncio.wait_for(process.stdin.drain(), PATIENCE)

    loop.run_until_complete(main())


def test_waiting_for_a_child_may_be_cancelled(qt_loop: Any) -> None:
    async def main() -> int:
        process = await asyncio.create_subprocess_exec(
            "sleep", "60", stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for waiting in (process.wait(), process.communicate(b"x" * 1_000_000)):
            task = qt_loop.create_task(waiting)
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        process.kill()
        return await asyncio.wait_for(process.wait(), PATIENCE)

    assert qt_loop.run_until_complete(main()) == -signal.SIGKILL


def test_a_child_whose_start_is_cancelled_is_killed(qt_loop: Any) -> None:
    async def main() -> None:
        pids: list[int] = []
        watch = qt_loop._watch_child

        def watch_and_cancel(pid: int, transport: Any) -> None:
            pids.append(pid)
            watch(pid, transport)
            task.cancel()

        qt_loop._watch_child = watch_and_cancel
        task = qt_loop.create_task(asyncio.create_subprocess_exec("sleep", "60"))
        with pytest.raises(asyncio.CancelledError):
            await task
        await until(lambda: not os.path.exists(f"/proc/{pids[0]}"), "the child to be gone")

    qt_loop.run_until_complete(main())


def test_closing_the_transport_kills_the_child(loop: Any) -> None:
    async def main() -> int | None:
        transport, _ = await loop.subprocess_exec(
            asyncio.SubprocessProtocol, "sleep", "60", stdin=None, stdout=None, stderr=None
        )
        transport.close()
        await until(lambda: transport.get_returncode() is not None, "the child's end")
        return transport.get_returncode()

    assert loop.run_until_complete(main()) == -signal.SIGKILL


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # asyncio's, of the child's transport
def test_a_child_that_outlives_the_loop_is_said_to(
    kernel: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> Any:
        return await asyncio.create_subprocess_exec("sleep", "60")

    loop = QtAsyncio.new_event_loop()
    process = loop.run_until_complete(main())
    loop.close()
    os.kill(process.pid, signal.SIGKILL)
    if kernel == "pidfd":
        os.waitpid(process.pid, 0)  # nobody else does
    wait_until(lambda: not watching_threads(), "threads to end")
    del process, loop
    gc.collect()
    said = [each for each in caplog.records if "that handles pid" in each.getMessage()]
    assert len(said) == (kernel != "pidfd")


def test_children_end_while_a_dialog_is_open_and_while_qt_is_idle(application: Any) -> None:
    statuses: list[int] = []

    async def wait_for_child(status: int) -> None:
        statuses.append(await exit_with(status))
        event_loop.quit()

    event_loop = QtCore.QEventLoop()
    with QtAsyncio.start() as guest:
        tasks = [guest.loop.create_task(wait_for_child(1))]
        event_loop.exec()
        QtCore.QTimer.singleShot(0, lambda: tasks.append(guest.loop.create_task(wait_for_child(2))))
        event_loop.exec()
    assert statuses == [1, 2]
