# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Many connections that have little to say, and many that come and go."""

from __future__ import annotations

import asyncio
import gc
import os
import resource
from pathlib import Path

from echoes import Echo, EchoClient, exchange, open_echo
from measuring import Context, Figures, Unsupported, clock
from peers import Peer, started_peer

_BATCH = 100  # what the backlog of a listening socket holds everywhere


async def connections_1000(context: Context) -> Figures:
    """A thousand idle connections."""
    return await _idle_connections(context, 1000)


async def connections_10000(context: Context) -> Figures:
    """Ten thousand idle connections."""
    return await _idle_connections(context, 10_000)


async def connect_rate(context: Context) -> Figures:
    """Connections that are opened, take one message there and back, and are closed."""
    server = await context.loop.create_server(Echo, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()

    async def visit(count: int) -> None:
        for _ in range(count):
            _, client = await context.loop.create_connection(EchoClient, host, port)
            await client.start(1)
            client.transport.close()

    async def work(count: int) -> None:
        await asyncio.gather(*[visit(count // 10) for _ in range(10)])

    # There are 28,000 ports, and the one of a closed connection is not free at once.
    rate, count = await asyncio.wait_for(context.rate(work, 200, most=20_000), 30)
    server.close()
    return {"connects_s": rate, "n": count}


class _Guests:
    """The connections of the server."""

    def __init__(self) -> None:
        self.present = 0
        self._expected: tuple[int, asyncio.Future[None]] | None = None

    async def become(self, count: int) -> None:
        """Wait until there are so many."""
        if self.present != count:
            self._expected = count, asyncio.get_running_loop().create_future()
            await self._expected[1]

    def change(self, difference: int) -> None:
        self.present += difference
        if self._expected and self.present == self._expected[0]:
            self._expected[1].set_result(None)
            self._expected = None


class _Guest(Echo):
    def __init__(self, guests: _Guests) -> None:
        self._guests = guests

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._guests.change(1)

    def connection_lost(self, _error: Exception | None) -> None:
        self._guests.change(-1)


async def _idle_connections(context: Context, count: int) -> Figures:
    """Measure a server that has them, while a process of its own has their other ends.

    *bytes_each* is by how much a connection enlarges the resident set of the process, after one
    message there and back; the kernel's share of it is not known here. A hundred connections come
    before, to pay for what is needed only once. *accepts_s* is the rate at which the loop makes
    connections out of a full backlog. *msgs_s* is that of tcp_proto_echo, ten connections on the
    same loop, while all the others are idle.
    """
    _allow_descriptors(count + 200)
    guests = _Guests()
    server = await context.loop.create_server(lambda: _Guest(guests), "127.0.0.1", 0)
    with started_peer("hold", server.sockets[0].getsockname()) as peer:
        await _admit(context.loop, guests, peer)
        gc.collect()
        size, seconds = _resident_size(), 0.0
        for _ in range(count // _BATCH - 1):
            seconds += await _admit(context.loop, guests, peer)
        gc.collect()
        added = guests.present - _BATCH
        size = _resident_size() - size

        echo, clients = await open_echo(context.loop)
        rate, _ = await asyncio.wait_for(
            context.rate(lambda count: exchange(clients, count), 500), 30
        )
        echo.close()
    await asyncio.wait_for(guests.become(0), 30)
    server.close()
    return {"bytes_each": size / added, "accepts_s": added / seconds, "msgs_s": rate}


async def _admit(loop: asyncio.AbstractEventLoop, guests: _Guests, peer: Peer) -> float:
    """Let a hundred connections in; return the seconds that the loop took for it."""
    peer.ask(f"connect {_BATCH}")
    begun = clock()
    await asyncio.wait_for(guests.become(guests.present + _BATCH), 30)
    seconds = clock() - begun
    await peer.ask_beside(loop, "greet")
    return seconds


def _resident_size() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE")


def _allow_descriptors(count: int) -> None:
    """Raise the limit of open files, of this process and of its children."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < count:
        if hard != resource.RLIM_INFINITY and hard < count:
            reason = f"the limit of open files is {hard}, and {count} are needed (ulimit -Hn)"
            raise Unsupported(reason)
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))
