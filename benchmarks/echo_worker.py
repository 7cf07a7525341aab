# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The process that profile_echo.py looks at: `echo_worker.py LOOP`.

It prints which Python functions stand between `data_received()` and the loop's caller. Then, for
each number of messages that it reads, it has them echoed, and prints the seconds and the
processor time. ceiling.cpp does the latter in C++.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from typing import TYPE_CHECKING

from echoes import Echo, EchoClient, exchange, open_echo
from loops import run_loop
from measuring import clock, processor_time, settle_allocator

if TYPE_CHECKING:
    from types import FrameType

_LIFETIME = 300  # seconds
_WARM_UP = 2000  # messages


class _Witness(Echo):
    """Notes who calls."""

    callers: list[str]

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self.callers = []
        frame: FrameType | None = sys._getframe(1)
        while frame and frame.f_globals["__name__"] != "loops":
            self.callers.append(f"{frame.f_globals['__name__']}.{frame.f_code.co_name}")
            frame = frame.f_back


async def _callers(loop: asyncio.AbstractEventLoop) -> list[str]:
    witness = _Witness()
    server = await loop.create_server(lambda: witness, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    _, client = await loop.create_connection(EchoClient, host, port)
    await client.start(1)
    client.transport.close()
    server.close()
    return witness.callers


def _answer(text: str) -> None:
    print(f"\n@@{text}", flush=True)


async def work() -> None:
    loop = asyncio.get_running_loop()
    _answer(json.dumps(await _callers(loop)))
    server, clients = await open_echo(loop)
    await exchange(clients, _WARM_UP)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        begun, cost = clock(), processor_time()
        await exchange(clients, int(line))
        _answer(f"{clock() - begun} {processor_time() - cost}")
    server.close()


if __name__ == "__main__":
    signal.alarm(_LIFETIME)
    settle_allocator()
    run_loop(sys.argv[1], work, "gui")
