# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Datagrams."""

from __future__ import annotations

import asyncio
from typing import cast

from echoes import CONNECTIONS, MESSAGE
from measuring import Context, Figures


class _Echo(asyncio.DatagramProtocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        self._transport.sendto(data, address)


class _EchoClient(_Echo):
    def start(self, count: int) -> asyncio.Future[None]:
        self._left = count
        self._done = asyncio.get_running_loop().create_future()
        self._transport.sendto(MESSAGE)
        return self._done

    def datagram_received(self, _data: bytes, _address: tuple[str, int]) -> None:
        self._left -= 1
        if self._left:
            self._transport.sendto(MESSAGE)
        else:
            self._done.set_result(None)

    def error_received(self, error: Exception) -> None:
        self._done.set_exception(error)


async def udp_echo(context: Context) -> Figures:
    """Datagrams there and back between ten clients and one server.

    No more than ten are under way, which a receive buffer holds, so none gets lost. Should it
    happen nevertheless, the client waits in vain, and the time limit ends the benchmark.
    """
    loop = context.loop
    server, _ = await loop.create_datagram_endpoint(_Echo, ("127.0.0.1", 0))
    address = server.get_extra_info("sockname")
    clients = [
        (await loop.create_datagram_endpoint(_EchoClient, remote_addr=address))[1]
        for _ in range(CONNECTIONS)
    ]

    def work(count: int) -> asyncio.Future[list[None]]:
        each = max(1, count // CONNECTIONS)
        return asyncio.gather(*[client.start(each) for client in clients])

    try:
        rate, count = await asyncio.wait_for(context.rate(work, 500), 20)
    except asyncio.TimeoutError:
        raise RuntimeError("a datagram got lost") from None
    server.close()
    return {"msgs_s": rate, "n": count}
