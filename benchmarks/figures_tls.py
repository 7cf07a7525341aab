# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Encrypted connections, with a certificate that is made on the spot."""

from __future__ import annotations

import asyncio
import ssl

from echoes import exchange, open_echo
from figures_network import stream_throughput
from measuring import Context, Figures, Unsupported


async def tls_echo(context: Context) -> Figures:
    """Messages there and back over ten TLS connections, with protocols."""
    server, clients = await open_echo(context.loop, *_contexts())
    rate, count = await asyncio.wait_for(
        context.rate(lambda count: exchange(clients, count), 500), 30
    )
    server.close()
    return {"msgs_s": rate, "n": count}


async def tls_throughput(_context: Context) -> Figures:
    """One encrypted stream in one direction, in chunks of 64 KiB."""
    return await stream_throughput(*_contexts())


def _contexts() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return what a server, and a client that trusts it, need."""
    try:
        import trustme
    except ModuleNotFoundError:
        raise Unsupported("there is no module trustme") from None
    authority = trustme.CA()
    for_server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    for_client = ssl.create_default_context(ssl.Purpose.SERVER_AUTH)
    authority.issue_cert("localhost").configure_cert(for_server)
    authority.configure_trust(for_client)
    return for_server, for_client
