# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Servers for whose connections there is no descriptor left, each in a process of its own."""

from __future__ import annotations

import pytest

from process import check_script

pytestmark = pytest.mark.program

SERVER = """
import asyncio, errno, resource, socket
from asyncio import constants
from BINDING import QtCore
import QtAsyncio

constants.ACCEPT_RETRY_DELAY = 0.02
app = QtCore.QCoreApplication([])
errors = []
accepted = []

def note(_loop, context):
    assert isinstance(context["socket"], asyncio.trsock.TransportSocket)
    assert context["exception"].errno == errno.EMFILE
    errors.append(context["message"])

class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        accepted.append(transport)

    def data_received(self, data):
        self.transport.write(data)

def use_up():
    sockets = []
    try:
        while True:
            sockets.append(socket.socket())
    except OSError:
        return sockets

async def meet(number, goal):
    '''Connect when nothing is left, wait for as many errors, and reach a goal.'''
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(note)
    server = await loop.create_server(Echo, "127.0.0.1", 0)
    with socket.socket() as client:
        used = use_up()
        client.connect(server.sockets[0].getsockname())
        client.setblocking(False)
        while len(errors) < number:
            await asyncio.sleep(0.001)
        assert accepted == []
        for each in used:
            each.close()
        await goal(server, client)
    server.close()

resource.setrlimit(resource.RLIMIT_NOFILE, (100, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
"""


def test_accepting_goes_on_when_there_are_descriptors_again() -> None:
    """One attempt at a time, where asyncio makes a hundred, each with a call of its handler."""
    lines = check_script(
        SERVER
        + """
async def echo(server, client):
    loop = asyncio.get_running_loop()
    print(len(errors) < 10, *set(errors))
    await loop.sock_sendall(client, b"hello")
    print(await loop.sock_recv(client, 100))

QtAsyncio.run(meet(2, echo), keep_running=False)
"""
    )
    assert lines == ["True socket.accept() out of system resource", "b'hello'"]


def test_a_server_that_is_closed_in_the_pause() -> None:
    """asyncio goes on with the closed socket then, which is an error for its handler."""
    lines = check_script(
        SERVER
        + """
async def close(server, client):
    server.close()
    await asyncio.sleep(constants.ACCEPT_RETRY_DELAY * 3)

QtAsyncio.run(meet(1, close), keep_running=False)
print(*set(errors))
"""
    )
    assert lines == ["socket.accept() out of system resource"]
