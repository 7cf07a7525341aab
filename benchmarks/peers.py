# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Child processes at the other end of connections, so that only one end is measured."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator

_PROGRAM = Path(__file__).with_name("peer.py")


class Peer:
    """A conversation with peer.py, in lines of text."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._requests = cast("IO[str]", process.stdin)
        self._answers = cast("IO[str]", process.stdout)

    def ask(self, request: str) -> str:
        """Return the answer; the loop stands still meanwhile."""
        print(request, file=self._requests, flush=True)
        return self._answer()

    async def ask_beside(self, loop: asyncio.AbstractEventLoop, request: str) -> str:
        """Return the answer, while the loop goes on."""
        print(request, file=self._requests, flush=True)
        return await loop.run_in_executor(None, self._answer)

    def _answer(self) -> str:
        if not (answer := self._answers.readline()):
            raise RuntimeError("the process at the other end has failed")
        return answer


@contextmanager
def started_peer(part: str, address: tuple[str, int]) -> Iterator[Peer]:
    """Start peer.py, for a server at an address; kill it in the end."""
    command = [sys.executable, "-I", "-S", str(_PROGRAM), part, *map(str, address)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Peer(process)
        finally:
            process.kill()
