# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""GLib's default main context, which programs share with libraries that know neither Qt nor us."""

from __future__ import annotations

import asyncio
import socket
from ctypes import CDLL, CFUNCTYPE, byref, c_int, c_ssize_t, c_void_p, create_string_buffer
from typing import TYPE_CHECKING, Any

import pytest

from conftest import until
from process import check_script

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Ticks

_SourceFunction = CFUNCTYPE(c_int, c_void_p)
_ReadyFunction = CFUNCTYPE(None, c_void_p, c_void_p, c_void_p)

_glib: Any = CDLL("libglib-2.0.so.0")
_gobject: Any = CDLL("libgobject-2.0.so.0")
_gio: Any = CDLL("libgio-2.0.so.0")
_glib.g_main_loop_new.restype = c_void_p
for _function in (_glib.g_main_loop_run, _glib.g_main_loop_quit, _glib.g_main_loop_unref):
    _function.argtypes = [c_void_p]
_gio.g_unix_input_stream_new.restype = c_void_p
_gio.g_input_stream_read_async.argtypes = [
    *(c_void_p, c_void_p, c_ssize_t, c_int, c_void_p),
    *(_ReadyFunction, c_void_p),
]
_gio.g_input_stream_read_finish.argtypes = [c_void_p, c_void_p, c_void_p]
_gio.g_input_stream_read_finish.restype = c_ssize_t
_gobject.g_object_unref.argtypes = [c_void_p]


class Source:
    """A function in GLib's default context that is called until it has been called enough."""

    def __init__(self, add: Callable[..., int], times: int) -> None:
        self.calls = 0
        self._times = times
        self._function = _SourceFunction(self._call)
        add(self._function, None)

    def _call(self, _data: object) -> bool:
        self.calls += 1
        return self.calls < self._times


class Stream:
    """A GInputStream on a socket, which is read piece by piece until its end."""

    def __init__(self, sock: socket.socket) -> None:
        self.data = b""
        self.ended = False
        self._buffer = create_string_buffer(1000)
        self._function = _ReadyFunction(self._ready)
        self._stream = _gio.g_unix_input_stream_new(sock.fileno(), False)
        self._read()

    def _read(self) -> None:
        _gio.g_input_stream_read_async(
            self._stream, self._buffer, len(self._buffer), 0, None, self._function, None
        )

    def _ready(self, _source: object, result: int, _data: object) -> None:
        error = c_void_p()
        count = _gio.g_input_stream_read_finish(self._stream, result, byref(error))
        assert not error
        self.data += self._buffer.raw[:count]
        if count:
            self._read()
        else:
            self.ended = True
            _gobject.g_object_unref(self._stream)


@pytest.fixture(params=["idle", "busy"])
def load(request: pytest.FixtureRequest) -> Callable[[], asyncio.Task[None]]:
    """Return what starts a task that sleeps all the time, or never."""

    async def work() -> None:
        while True:
            await asyncio.sleep(3600 if request.param == "idle" else 0)

    return lambda: asyncio.ensure_future(work())


def test_timeouts_and_idle_functions_are_called(
    qt_loop: Any, ticks: Ticks, load: Callable[[], asyncio.Task[None]]
) -> None:
    async def main() -> None:
        working = load()
        timeout = Source(lambda *arguments: int(_glib.g_timeout_add(2, *arguments)), 5)
        idle = Source(_glib.g_idle_add, 5)
        await until(lambda: timeout.calls == idle.calls == 5, "GLib's functions")
        before = ticks.count
        await until(lambda: ticks.count > before + 2, "Qt's timer")
        assert (timeout.calls, idle.calls) == (5, 5)
        working.cancel()

    qt_loop.run_until_complete(main())


def test_a_gio_stream_is_read(
    qt_loop: Any, ticks: Ticks, load: Callable[[], asyncio.Task[None]]
) -> None:
    ours, theirs = socket.socketpair()

    async def main() -> None:
        working = load()
        stream = Stream(theirs)
        sent = bytes(range(256)) * 1000
        ours.setblocking(False)
        await qt_loop.sock_sendall(ours, sent)
        ours.close()
        await until(lambda: stream.ended, "the end of the stream")
        assert stream.data == sent
        before = ticks.count
        await until(lambda: ticks.count > before, "Qt's timer")
        working.cancel()

    with ours, theirs:
        qt_loop.run_until_complete(main())


def test_tasks_go_on_in_a_main_loop_of_glib(qt_loop: Any, ticks: Ticks) -> None:
    main_loop = _glib.g_main_loop_new(None, False)
    steps = 0

    async def step() -> None:
        nonlocal steps
        before = ticks.count
        while steps < 20 or ticks.count < before + 3:
            await asyncio.sleep(0.001)
            steps += 1
        _glib.g_main_loop_quit(main_loop)

    async def main() -> None:
        stepping = asyncio.ensure_future(step())
        _glib.g_main_loop_run(main_loop)  # as a dialog's exec() does
        assert steps >= 20
        await stepping

    qt_loop.run_until_complete(main())
    _glib.g_main_loop_unref(main_loop)


def test_a_function_may_wait_for_a_thread_that_needs_the_interpreter() -> None:
    source = """
        import asyncio, ctypes, threading
        import QtAsyncio
        from BINDING import QtCore

        libc, glib = ctypes.CDLL(None), ctypes.CDLL("libglib-2.0.so.0")
        semaphore = ctypes.create_string_buffer(64)
        libc.sem_init(semaphore, 0, 0)

        def post():
            for i in range(100000): pass
            libc.sem_post(semaphore)

        async def main():
            # Not a function of Python's: it does not give up the interpreter's lock.
            glib.g_idle_add(libc.sem_wait, semaphore)
            threading.Timer(0.05, post).start()
            await asyncio.sleep(0.1)
            print("done")

        app = QtCore.QCoreApplication([])
        QtAsyncio.run(main(), keep_running=False)
    """
    assert check_script(source) == ["done"]
