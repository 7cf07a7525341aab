# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""What happens rarely, and then has to be right: each of these was wrong once."""

from __future__ import annotations

import asyncio
import functools
import os
import signal
import socket
import time
from typing import Any

import pytest

import QtAsyncio
from conftest import QtCore, is_sometimes_below, until
from process import check_script, run_script


async def hears(loop: Any) -> bytes:
    """Return what a new reader of the loop is told."""
    received: list[bytes] = []
    left, right = socket.socketpair()
    with left, right:
        loop.add_reader(left, lambda: received.append(left.recv(9)))
        right.send(b"heard")
        await until(lambda: received)
        loop.remove_reader(left)
    return received[0]


def test_a_closed_socket_with_a_duplicate_does_not_make_the_loop_deaf(loop: Any) -> None:
    """epoll goes on reporting the duplicate; the set is made anew, and its watcher has to know."""

    async def main() -> bytes:
        ours, theirs = socket.socketpair()
        with theirs, ours.dup():
            transport, _ = await loop.create_connection(asyncio.Protocol, sock=ours)
            transport.close()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            theirs.send(b"late")

            return await hears(loop)

    assert loop.run_until_complete(main()) == b"heard"


def test_a_descriptor_that_is_closed_unremoved_does_not_make_the_loop_deaf(qt_loop: Any) -> None:
    async def main() -> bytes:
        ours, theirs = socket.socketpair()
        duplicate = ours.dup()
        qt_loop.add_reader(ours, int)
        number = ours.detach()
        os.close(number)  # the reader stays; the duplicate keeps it in the kernel's set
        with theirs, duplicate:
            qt_loop.remove_reader(number)
            theirs.send(b"late")
            return await hears(qt_loop)

    assert qt_loop.run_until_complete(main()) == b"heard"


def test_an_event_loop_above_a_finished_run_is_served_until_it_ends(application: Any) -> None:
    """Its end may depend on a callback of the loop that was asked to return."""
    results: list[Any] = []

    def slot() -> None:
        loop = QtAsyncio.new_event_loop()

        async def dialog() -> None:
            inner = QtCore.QEventLoop()
            loop.call_later(0.05, inner.quit)
            inner.exec()
            results.append("dialog")

        async def main() -> str:
            loop.create_task(dialog())
            await asyncio.sleep(0.01)
            return "main"

        results.append(loop.run_until_complete(main()))
        loop.close()
        application.exit()

    QtCore.QTimer.singleShot(0, slot)
    application.exec()
    assert results == ["dialog", "main"]


@pytest.mark.parametrize("debug", [False, True])
def test_call_soon_threadsafe_from_a_thread_without_a_python_frame(
    qt_loop: Any, debug: bool
) -> None:
    qt_loop.set_debug(debug)

    async def main() -> None:
        called = asyncio.Event()
        call = functools.partial(qt_loop.call_soon_threadsafe, called.set)
        QtCore.QThreadPool.globalInstance().start(call)
        await called.wait()

    qt_loop.run_until_complete(main())


def test_excluded_descriptors_do_not_spin_in_a_nested_loop(qt_loop: Any) -> None:
    idles: list[bool] = []

    def measure() -> float:
        inner = QtCore.QEventLoop()
        QtCore.QTimer.singleShot(300, inner.quit)
        began = time.thread_time()
        inner.exec(QtCore.QEventLoop.ProcessEventsFlag.ExcludeSocketNotifiers)
        return time.thread_time() - began

    def slot() -> None:  # before the loop has run anything
        idles.append(is_sometimes_below(0.15, measure))
        qt_loop.stop()

    QtCore.QTimer.singleShot(0, slot)
    qt_loop.run_forever()
    assert idles == [True]


def test_no_descriptor_left_is_asyncios_error() -> None:
    lines = check_script("""
        import os, resource
        import QtAsyncio
        from BINDING import QtCore
        app = QtCore.QCoreApplication([])
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, limits[1]))
        opened = []
        try:
            while True:
                opened.append(os.open(os.devnull, os.O_RDONLY))
        except OSError:
            pass
        try:
            QtAsyncio.new_event_loop()
        except OSError as error:
            print(error.strerror)
        for descriptor in opened:
            os.close(descriptor)
        QtAsyncio.new_event_loop().close()
    """)
    assert lines == ["Too many open files"]


def test_a_handle_made_by_hand_takes_any_arguments_and_context(qt_loop: Any) -> None:
    calls: list[Any] = []

    class Context:
        def run(self, callback: Any, *args: Any) -> None:
            calls.append("run")
            callback(*args)

    handle = QtAsyncio.QAsyncioHandle(lambda *args: calls.append(args), [1, 2], qt_loop)
    handle._run()  # type: ignore[attr-defined]
    qt_loop.call_soon(calls.append, 3, context=Context())
    qt_loop.call_soon(qt_loop.stop)
    qt_loop.run_forever()
    assert calls == [(1, 2), "run", 3]


def test_a_context_can_be_taken_from_a_queued_handle(qt_loop: Any, errors: list[Any]) -> None:
    async def main() -> None:
        handle = qt_loop.call_soon(print)
        del handle._context
        await asyncio.sleep(0)

    qt_loop.run_until_complete(main())
    assert [type(context["exception"]) for context in errors] == [AttributeError]


@pytest.mark.parametrize("removes", [True, False])
def test_who_heard_of_signals_before_does_so_again(application: Any, removes: bool) -> None:
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    loop = QtAsyncio.new_event_loop()
    with reader, writer:
        former = signal.set_wakeup_fd(writer.fileno())
        try:

            async def main() -> None:
                called = asyncio.Event()
                loop.add_signal_handler(signal.SIGUSR1, called.set)
                os.kill(os.getpid(), signal.SIGUSR1)
                await called.wait()
                if removes:
                    loop.remove_signal_handler(signal.SIGUSR1)

            loop.run_until_complete(main())
            loop.close()
        finally:
            assert signal.set_wakeup_fd(former) == writer.fileno()


def test_a_binding_imported_by_another_thread_first() -> None:
    """The dispatcher is installed by the main thread's next import of one of Qt's modules.

    To PyQt6 that other thread is Qt's main one, of which Qt warns.
    """
    done = run_script("""
        import threading
        import QtAsyncio

        def touch():
            import BINDING.QtCore

        thread = threading.Thread(target=touch)
        thread.start()
        thread.join()
        from BINDING import QtCore, QtGui
        import importlib.util
        print(importlib.util.find_spec("BINDING.QtNetwork").loader.get_filename() is not None)
        app = QtCore.QCoreApplication([])
        dispatcher = QtCore.QAbstractEventDispatcher.instance()
        print(dispatcher.metaObject().className())
    """)
    found, dispatcher = done.stdout.splitlines()
    assert found == "True"
    assert dispatcher.startswith("QtAsyncio::EventDispatcher")


@pytest.mark.program
def test_what_fails_in_greenlet_means_that_there_is_no_greenlet() -> None:
    """Half imported, without a current greenlet, and with one that tells nothing."""
    source = """
        import asyncio, sys, types
        import BINDING.QtCore, QtAsyncio

        def run():
            loop = QtAsyncio.new_event_loop()
            loop.call_soon(print, name)
            loop.call_soon(loop.stop)
            loop.run_forever()
            loop.close()

        def fail():
            raise RuntimeError

        greenlet = sys.modules["greenlet"] = types.ModuleType("greenlet")
        for name, current in (("none", None), ("fails", fail), ("unknown", lambda: greenlet)):
            if current:
                function = [current]
                greenlet.getcurrent = lambda: function[0]()
                sys.modules[name] = greenlet  # the loop looks again when there is a module more
            run()
    """
    assert check_script(source) == ["none", "fails", "unknown"]
