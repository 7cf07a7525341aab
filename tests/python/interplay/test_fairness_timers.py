# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""asyncio's timers and descriptors get their turn beside floods of Qt's, and beside each other.

What counts is how often the flood comes round after a timer is due and before it is called.
"""

from __future__ import annotations

import asyncio
import socket
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from conftest import ATTACHED, PATIENCE, QtCore, QtWidgets, connected_pair

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.without_debug

USER = QtCore.QEvent.Type.User
PAUSE = 0.003  # seconds
TIMERS = 30
#: One round may have begun. A guest is told by the kernel when a timer is due, some rounds later.
ROUNDS = 20 if ATTACHED else 3
#: So many timers may be later: the kernel's core for them may stand still while ours goes on.
LATECOMERS = 3
#: Between two of Qt's events there is at most one more generation than fits into 50 us.
READS = 300


class EventFlood(QtCore.QObject):  # type: ignore[misc, name-defined]
    """An event that posts the next one."""

    def __init__(self, tell: Callable[[], None]) -> None:
        super().__init__()
        self.tell = tell
        self.flooding = True
        self.post()

    def post(self) -> None:
        QtCore.QCoreApplication.postEvent(self, QtCore.QEvent(USER))

    def event(self, event: Any) -> bool:
        if event.type() == USER:
            self.tell()
            if self.flooding:
                self.post()
        return True

    def close(self) -> None:
        self.flooding = False
        QtCore.QCoreApplication.processEvents()


class TimerFlood:
    """A timer of 0 ms."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self.timer = QtCore.QTimer()
        self.timer.timeout.connect(tell)
        self.timer.start(0)
        self.close = self.timer.stop


class PaintFlood(QtWidgets.QWidget):  # type: ignore[misc, name-defined]
    """A widget that is painted all the time."""

    def __init__(self, tell: Callable[[], None]) -> None:
        super().__init__()
        self.tell = tell
        self.show()

    def paintEvent(self, _event: Any) -> None:
        self.tell()
        self.update()


class Rounds:
    """Counts how often a flood has come round since a timer was due."""

    def __init__(self, loop: Any) -> None:
        self.loop = loop
        self.due = float("inf")
        self.total = 0
        self.late = 0
        self.each: list[int] = []  # of the timers that have fired

    def __call__(self) -> None:
        self.total += 1
        if self.loop.time() > self.due:
            self.late += 1

    def fired(self) -> None:
        self.each.append(self.late)
        self.late = 0


@pytest.fixture(params=[EventFlood, TimerFlood, PaintFlood])
def rounds(request: pytest.FixtureRequest, qt_loop: Any) -> Iterator[Rounds]:
    rounds = Rounds(qt_loop)
    flood = request.param(rounds)
    yield rounds
    flood.close()


def test_fairness_a_flood_of_qt_does_not_delay_timers_of_asyncio(
    qt_loop: Any, rounds: Rounds
) -> None:
    left = TIMERS

    def fire() -> None:
        nonlocal left
        rounds.fired()
        left -= 1
        if left:
            start()
        else:
            qt_loop.stop()

    def start() -> None:
        rounds.due = qt_loop.time() + PAUSE
        qt_loop.call_at(rounds.due, fire)

    start()
    qt_loop.run_forever()
    assert sorted(rounds.each)[-1 - LATECOMERS] <= ROUNDS


def test_fairness_a_flood_of_qt_lets_readers_in(qt_loop: Any, rounds: Rounds) -> None:
    ours, theirs = connected_pair()
    waited: list[int] = []
    sent_in = 0

    def send() -> None:
        nonlocal sent_in
        sent_in = rounds.total
        theirs.send(b"x")

    def read() -> None:
        ours.recv(1)
        waited.append(rounds.total - sent_in)
        if len(waited) < TIMERS:
            send()
        else:
            qt_loop.stop()

    qt_loop.add_reader(ours, read)
    qt_loop.call_soon(send)
    qt_loop.run_forever()
    qt_loop.remove_reader(ours)
    ours.close(), theirs.close()
    assert max(waited) <= ROUNDS


@pytest.mark.parametrize("connections", [1, 50])
def test_fairness_a_flood_of_sockets_lets_events_and_timers_in(
    qt_loop: Any, connections: int
) -> None:
    """Each connection always has more to read, and Qt and asyncio alternate with them."""
    reads = 0
    events: list[int] = []  # how many reads there had been
    timers: list[int] = []
    flood = EventFlood(lambda: events.append(reads))

    class Echo(asyncio.Protocol):
        """Sends back what it receives, for ever."""

        def connection_made(self, transport: Any) -> None:
            self.transport = transport

        def data_received(self, data: bytes) -> None:
            nonlocal reads
            reads += 1
            self.transport.write(data)

    async def main() -> None:
        pairs = [socket.socketpair() for _ in range(connections)]
        ends = []
        for one, other in pairs:
            ends += [(await qt_loop.create_connection(Echo, sock=end))[0] for end in (one, other)]
            ends[-1].write(bytes(1024))
        end = qt_loop.time() + PATIENCE
        while len(timers) < TIMERS:
            await asyncio.sleep(PAUSE)
            timers.append(reads)
            assert qt_loop.time() < end
        for transport in ends:
            transport.abort()

    qt_loop.run_until_complete(main())
    flood.close()
    assert reads > 10 * connections
    assert max(after - before for before, after in pairwise(events)) <= READS
