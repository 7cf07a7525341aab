# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Protocols that notice when they are entered while they are on the stack."""

from __future__ import annotations

import asyncio
from typing import Any

from connections import BufferedRecorder, Notes, Recorder


class Solitary(Notes):
    """Notes what was called while another method of it was on the stack. A mix-in."""

    intrusions: tuple[str, ...] = ()
    on_stack: tuple[str, ...] = ()

    def note(self, name: str, *arguments: object) -> Any:
        if self.on_stack:
            self.intrusions = (*self.intrusions, f"{name} within {self.on_stack[-1]}")
        self.on_stack = (*self.on_stack, name)
        try:
            return super().note(name, *arguments)
        finally:
            self.on_stack = self.on_stack[:-1]


class SolitaryStream(Solitary, Recorder):
    pass


class SolitaryBuffered(Solitary, BufferedRecorder):
    pass


class SolitaryDatagrams(Solitary, asyncio.DatagramProtocol):
    def __init__(self, **actions: Any) -> None:
        super().__init__(**actions)
        self.datagrams: list[bytes] = []

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.datagrams.append(data)
        self.note("datagram_received", data)

    def error_received(self, exc: Exception) -> None:
        self.note("error_received", exc)


class SolitaryProcess(Solitary, asyncio.SubprocessProtocol):
    def __init__(self, **actions: Any) -> None:
        super().__init__(**actions)
        self.data = bytearray()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        self.data += data
        self.note("pipe_data_received", data)

    def pipe_connection_lost(self, fd: int, exc: BaseException | None) -> None:
        self.note("pipe_connection_lost")

    def process_exited(self) -> None:
        self.note("process_exited")


class Occupied:
    """An action: the first call of a method is on the stack as long as the test wants."""

    def __init__(self, opener: Any) -> None:
        self._opener = opener
        self._left = False
        self.calls = 0
        self.is_open = False

    def __call__(self, *_: object) -> None:
        self.calls += 1
        if self.calls == 1:
            self.is_open = True
            self._opener(lambda: self._left)
            self.is_open = False

    def leave(self) -> None:
        self._left = True
