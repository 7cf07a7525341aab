# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Connections whose one end is a transport with a protocol that notes all calls."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import socket
import struct
from typing import TYPE_CHECKING, Any

from conftest import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable


class Notes:
    """What a protocol notes: the names of its methods as they are called.

    Each keyword is a method's name, and what is done when that is called: a function of the
    protocol and the method's arguments. What it returns, the method returns.
    """

    def __init__(self, **actions: Callable[..., object]) -> None:
        self.actions = actions
        self.calls: list[str] = []
        self.transport: Any = None
        self.error: BaseException | None = None  # the argument of connection_lost()

    def note(self, name: str, *arguments: object) -> Any:
        self.calls.append(name)
        action = self.actions.get(name)
        return action(self, *arguments) if action else None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.note("connection_made")

    def connection_lost(self, exc: BaseException | None) -> None:
        self.error = exc
        self.note("connection_lost", exc)

    def pause_writing(self) -> None:
        self.note("pause_writing")

    def resume_writing(self) -> None:
        self.note("resume_writing")

    @property
    def is_lost(self) -> bool:
        return "connection_lost" in self.calls

    async def lost(self) -> None:
        await until(lambda: self.is_lost, "connection_lost()")


class Recorder(Notes, asyncio.Protocol):
    """A protocol of a stream that notes its calls, and keeps what it receives."""

    def __init__(self, **actions: Callable[..., object]) -> None:
        super().__init__(**actions)
        self.data = bytearray()

    def data_received(self, data: bytes) -> None:
        self.data += data
        self.note("data_received", data)

    def eof_received(self) -> bool | None:
        return self.note("eof_received")  # type: ignore[no-any-return]


class BufferedRecorder(Recorder, asyncio.BufferedProtocol):
    """The same with a buffer of its own."""

    def __init__(self, size: int = 100, **actions: Callable[..., object]) -> None:
        super().__init__(**actions)
        self.buffer: Any = bytearray(size)
        self.hints: list[int] = []

    def get_buffer(self, sizehint: int) -> Any:
        self.hints.append(sizehint)
        self.note("get_buffer", sizehint)
        return self.buffer

    def buffer_updated(self, nbytes: int) -> None:
        self.data += self.buffer[:nbytes]
        self.note("buffer_updated", nbytes)


Pair = tuple[socket.socket, socket.socket]


def tcp_pair() -> Pair:
    """Return two connected TCP sockets that do not block."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        theirs = socket.create_connection(listening.getsockname())
        accepted, _ = listening.accept()
    # asyncio looks at the protocol before it switches off Nagle's algorithm.
    ours = socket.socket(proto=socket.IPPROTO_TCP, fileno=accepted.detach())
    return unblocked((ours, theirs))


def unix_pair() -> Pair:
    return unblocked(socket.socketpair())


def small_pair() -> Pair:
    """Return two sockets that take few data, so that there soon is something to wait for."""
    ours, theirs = unix_pair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    return ours, theirs


def unblocked(pair: Pair) -> Pair:
    for each in pair:
        each.setblocking(False)
    return pair


@contextlib.asynccontextmanager
async def connection(
    protocol: Any, pair: Callable[[], Pair] = tcp_pair
) -> AsyncIterator[tuple[Any, socket.socket]]:
    """Give a transport and the socket at the other end; close what is left of them."""
    loop = asyncio.get_running_loop()
    ours, theirs = pair()
    transport, _ = await loop.create_connection(lambda: protocol, sock=ours)
    try:
        yield transport, theirs
    finally:
        if "closed" not in repr(transport):
            transport.abort()
        theirs.close()
        await closed(transport)


async def closed(*transports: Any) -> None:
    for transport in transports:
        await until(lambda transport=transport: "closed" in repr(transport), "the socket's end")


async def read(sock: socket.socket, count: int) -> bytes:
    """Read so many bytes from the other end."""
    loop = asyncio.get_running_loop()
    data = bytearray()
    while len(data) < count:
        piece = await loop.sock_recv(sock, 1 << 20)
        assert piece, f"the end came after {len(data)} bytes"
        data += piece
    return bytes(data)


async def read_all(sock: socket.socket) -> bytes:
    loop = asyncio.get_running_loop()
    data = bytearray()
    while piece := await loop.sock_recv(sock, 1 << 20):
        data += piece
    return bytes(data)


def reset(sock: socket.socket) -> None:
    """Close a socket so that its peer sees a reset, not an end."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def fill(transport: Any) -> bytes:
    """Write until something waits to be sent; return what was written."""
    piece = bytes(range(256)) * 16
    written = bytearray()
    while not transport.get_write_buffer_size() and not transport.is_closing():
        transport.write(piece)
        written += piece
    return bytes(written)


def count_descriptors() -> int:
    """Count the open ones that are not garbage.

    What earlier tests and the desktop have opened may be closed meanwhile: a test that leaves
    nothing finds no more than before, but may find fewer.
    """
    gc.collect()
    return len(os.listdir("/proc/self/fd"))


# ---- Pipes


async def reading_end(protocol: Any, descriptor: int) -> Any:
    loop = asyncio.get_running_loop()
    file = os.fdopen(descriptor, "rb", 0)
    try:
        return (await loop.connect_read_pipe(lambda: protocol, file))[0]
    except BaseException:
        file.close()
        raise


async def writing_end(protocol: Any, descriptor: int) -> Any:
    loop = asyncio.get_running_loop()
    file = os.fdopen(descriptor, "wb", 0)
    try:
        return (await loop.connect_write_pipe(lambda: protocol, file))[0]
    except BaseException:
        file.close()
        raise


async def read_pipe(descriptor: int) -> bytes:
    """Read the other end of a pipe until its end."""
    data = bytearray()
    os.set_blocking(descriptor, False)

    def read() -> bool:
        try:
            piece = os.read(descriptor, 1 << 20)
        except BlockingIOError:
            return False
        data.extend(piece)
        return not piece

    await until(read, "the end of the pipe")
    return bytes(data)
