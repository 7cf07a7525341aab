# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Child processes: their end is read from a pidfd, like anything else.

Without a watcher from asyncio's policy, a thread, or a handler of SIGCHLD. Needs a kernel of
5.3 or newer; on an older one a thread waits for each child.

Once a child is reaped, another process may get its process id. So only the loop's thread reaps, in
the step that also sets the return code, and no signal is sent to a child that has ended.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
from asyncio import unix_events
from asyncio.log import logger
from typing import Any


class _UnixSubprocessTransport(unix_events._UnixSubprocessTransport):  # type: ignore[name-defined,misc]
    """asyncio's transport, for a child that only its loop reaps.

    asyncio's own send_signal() polls the child before Python 3.13, which loses its status for the
    loop, and signals process ids that are reaped already from 3.13 on.
    """

    _ended = False  # the child has ended, and may be reaped

    def send_signal(self, signal: int) -> None:
        self._check_proc()
        if not self._ended and self._proc.returncode is None:  # close() may have polled it
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class ChildWatching(asyncio.SelectorEventLoop):
    """The part of a loop that makes subprocesses and learns of their end.

    `_make_subprocess_transport` is asyncio's private name for what subprocess_exec() and
    subprocess_shell() call, and `unix_events._UnixSubprocessTransport` what it makes, the same
    from Python 3.10 to 3.15.
    """

    _pidfds: dict[int, int]  # by process id

    async def _make_subprocess_transport(
        self,
        protocol: Any,
        args: Any,
        shell: bool,
        stdin: Any,
        stdout: Any,
        stderr: Any,
        bufsize: int,
        extra: Any = None,
        **kwargs: Any,
    ) -> Any:
        waiter = self.create_future()
        transport = _UnixSubprocessTransport(
            self, protocol, args, shell, stdin, stdout, stderr, bufsize,
            waiter=waiter, extra=extra, **kwargs,
        )  # fmt: skip
        self._watch_child(transport.get_pid(), transport)
        try:
            await waiter
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException:
            transport.close()
            await transport._wait()
            raise
        return transport

    def _watch_child(self, pid: int, transport: Any) -> None:
        try:
            pidfd = os.pidfd_open(pid)
        except (AttributeError, OSError):
            name = f"waitpid-{pid}"
            threading.Thread(
                target=self._wait_for_child, args=(pid, transport), name=name, daemon=True
            ).start()
            return
        self._pidfds[pid] = pidfd
        self._add_reader(pidfd, self._child_ended, pid, transport)  # type: ignore[attr-defined]

    def _child_ended(self, pid: int, transport: Any) -> None:
        transport._ended = True
        pidfd = self._pidfds.pop(pid)
        self._remove_reader(pidfd)  # type: ignore[attr-defined]
        os.close(pidfd)
        self._reap_for(transport)

    def _wait_for_child(self, pid: int, transport: Any) -> None:
        with contextlib.suppress(ChildProcessError):
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        transport._ended = True
        try:
            self.call_soon_threadsafe(self._reap_for, transport)
        except RuntimeError:
            logger.warning("Loop %r that handles pid %r is closed", self, pid)
            _reap(pid)

    def _reap_for(self, transport: Any) -> None:
        """Reap a child that has ended, before a handler of SIGCHLD may reap all children."""
        if transport._proc.returncode is None:  # else close() has polled it
            transport._proc.returncode = _reap(transport.get_pid())
        # One iteration later: what the child has written last comes first.
        self.call_soon(transport._process_exited, transport._proc.returncode)

    def _forget_children(self) -> None:
        while self._pidfds:
            os.close(self._pidfds.popitem()[1])


def _reap(pid: int) -> int:
    try:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except ChildProcessError:
        # Other code has waited for it; asyncio's watchers give the same figure.
        logger.warning(
            "child process pid %d exit status already read: will report returncode 255", pid
        )
        return 255
