# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Child processes: their end is read from a pidfd, like anything else.

Without a watcher from asyncio's policy, a thread, or a handler of SIGCHLD. Needs a kernel of
5.3 or newer; on an older one a thread waits for each child.
"""

from __future__ import annotations

import asyncio
import os
import threading
from asyncio import unix_events
from asyncio.log import logger
from typing import Any


class ChildWatching(asyncio.SelectorEventLoop):
    """The part of a loop that makes subprocesses and learns of their end.

    `_make_subprocess_transport` is asyncio's private name for what subprocess_exec() and
    subprocess_shell() call, and `unix_events._UnixSubprocessTransport` what it makes, the same
    from Python 3.10 to 3.14.
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
        transport = unix_events._UnixSubprocessTransport(  # type: ignore[attr-defined]
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
        pidfd = self._pidfds.pop(pid)
        self._remove_reader(pidfd)  # type: ignore[attr-defined]
        os.close(pidfd)
        # One iteration later: what the child has written last comes first.
        self.call_soon(transport._process_exited, _reap(pid))

    def _wait_for_child(self, pid: int, transport: Any) -> None:
        returncode = _reap(pid)
        if self.is_closed():
            logger.warning("Loop %r that handles pid %r is closed", self, pid)
        else:
            self.call_soon_threadsafe(self.call_soon, transport._process_exited, returncode)

    def _forget_children(self) -> None:
        while self._pidfds:
            os.close(self._pidfds.popitem()[1])


def _reap(pid: int) -> int:
    try:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except ChildProcessError:
        # Somebody else has waited for it; asyncio's watchers give the same figure.
        logger.warning(
            "child process pid %d exit status already read: will report returncode 255", pid
        )
        return 255
