# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The process at the other end of connections: `peer.py hold|http|flood HOST PORT`.

It does what the lines of its standard input say, and answers each with one line. It ends with
its standard input, and when its time is over.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import time

_MESSAGE = b"x" * 1024
_LIFETIME = 120  # seconds
_REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n"


def hold(address: tuple[str, int]) -> None:
    """Open connections and keep them.

    "connect N" opens N connections, "greet" has a message echoed on each of these.
    """
    kept: list[socket.socket] = []
    latest: list[socket.socket] = []
    for line in sys.stdin:
        command, _, number = line.strip().partition(" ")
        if command == "connect":
            latest = [socket.create_connection(address) for _ in range(int(number))]
            kept += latest
        else:
            for connection in latest:
                connection.sendall(_MESSAGE)
            for connection in latest:
                _receive(connection, len(_MESSAGE))
        print("done", flush=True)


def http(address: tuple[str, int]) -> None:
    """Send requests, on connections that stay open.

    "CONNECTIONS SECONDS" has each connection send a request as soon as the last one is answered.
    The answer is the number of requests and the seconds.
    """
    for line in sys.stdin:
        number, seconds = line.split()
        connections = [socket.create_connection(address) for _ in range(int(number))]
        print(*_request_on(connections, float(seconds)), flush=True)


def flood(address: tuple[str, int]) -> None:
    """Send as much as the other end takes.

    "N" opens N connections; after the answer they are filled until this process is killed.
    """
    os.nice(10)  # it stands for another machine, which does not take the time of this one
    number = int(sys.stdin.readline())
    poller = select.epoll()
    connections = {}
    for _ in range(number):
        connection = socket.create_connection(address)
        connection.setblocking(False)
        connections[connection.fileno()] = connection
        poller.register(connection, select.EPOLLOUT)
    print("flooding", flush=True)
    block = bytes(1 << 18)
    while True:
        for descriptor, _ in poller.poll():
            connections[descriptor].send(block)


def _request_on(connections: list[socket.socket], seconds: float) -> tuple[int, float]:
    size = _size_of_response(connections[0])
    waiting = dict.fromkeys([connection.fileno() for connection in connections], size)
    by_number = {connection.fileno(): connection for connection in connections}
    poller = select.epoll()
    for connection in connections:
        poller.register(connection, select.EPOLLIN)
        connection.sendall(_REQUEST)

    answered, begun = 0, time.perf_counter()
    while (now := time.perf_counter()) - begun < seconds:
        for number, _ in poller.poll(10):
            waiting[number] -= len(by_number[number].recv(size))
            if not waiting[number]:
                answered += 1
                waiting[number] = size
                by_number[number].sendall(_REQUEST)
    return answered, now - begun


def _size_of_response(connection: socket.socket) -> int:
    """Return the size of the first response; the others have the same headers and content."""
    connection.sendall(_REQUEST)
    head = b""
    while b"\r\n\r\n" not in head:
        head += _receive(connection, 1)
    lines = head.lower().split(b"\r\n")
    if not lines[0].startswith(b"http/1.1 200"):
        raise RuntimeError(f"the server answers {head!r}")
    lengths = [int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:")]
    _receive(connection, lengths[0])
    return len(head) + lengths[0]


def _receive(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = connection.recv(size - len(data))
        if not more:
            raise ConnectionError("the server has closed the connection")
        data += more
    return data


def main() -> None:
    signal.alarm(_LIFETIME)
    {"hold": hold, "http": http, "flood": flood}[sys.argv[1]]((sys.argv[2], int(sys.argv[3])))


if __name__ == "__main__":
    main()
