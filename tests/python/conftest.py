# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Loops, the application, and what watches them.

`QTASYNCIO_TEST_BINDING` chooses the Qt binding: one process can have one Qt only.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import gc
import importlib
import os
import signal
import socket
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from process import BINDING

# Lazy imports from Python 3.15 on, which PySide6 6.12.0 breaks: asyncio.to_thread() fails then.
for _name in concurrent.futures.__all__:
    getattr(concurrent.futures, _name, None)

os.environ["QT_API"] = BINDING.lower()
QtCore: Any = importlib.import_module(f"{BINDING}.QtCore")
QtGui: Any = importlib.import_module(f"{BINDING}.QtGui")
QtWidgets: Any = importlib.import_module(f"{BINDING}.QtWidgets")

#: With QTASYNCIO_TEST_MODE=attached the application is there first, with Qt's own dispatcher.
ATTACHED = os.environ.get("QTASYNCIO_TEST_MODE") == "attached"
_application = QtWidgets.QApplication(["tests"]) if ATTACHED else None

import QtAsyncio  # noqa: E402

pytest.register_assert_rewrite("ecosystem")

from ecosystem.report import REPORT  # noqa: E402
from leftovers import Leftovers  # noqa: E402
from selfsigned import certificate  # noqa: E402, F401  (a fixture)

native_only = pytest.mark.skipif(ATTACHED, reason="a promise of our own dispatcher")

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Seconds that a condition may take to come true on a busy machine.
PATIENCE = 20


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(REPORT, "ecosystem")


def pytest_report_header() -> str:
    return f"Qt {QtCore.qVersion()} with {BINDING}, QtAsyncio from {QtAsyncio.__path__[0]}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what would only be the same again in the attached mode."""
    again = [item for item in items if ATTACHED and item.get_closest_marker("program")]
    config.hook.pytest_deselected(items=again)
    items[:] = [item for item in items if item not in again]


@pytest.fixture(autouse=True, scope="module")
def spared_from_collections() -> None:
    """Spare the collections of garbage in a module's tests what was there before: most of it.

    Libraries which the tests of others have imported are a lot.
    """
    gc.collect()
    gc.freeze()


def visible_windows() -> list[Any]:
    """Return the visible widgets that are windows.

    Not the QWindows that they have: PySide6 may take one for a former one at the same address,
    whose Python object it reads although that is gone.
    """
    if not isinstance(QtCore.QCoreApplication.instance(), QtWidgets.QApplication):
        return []
    return [window for window in QtWidgets.QApplication.topLevelWidgets() if is_visible(window)]


def is_visible(window: Any) -> bool:
    try:
        return bool(window.isVisible())
    except RuntimeError:  # a wrapper that PyQt6 had for a window which is deleted by now
        return False


@pytest.fixture(autouse=True)
def leaves_nothing_behind() -> Iterator[None]:
    """Fail a test that leaves what would disturb the next one, and take it away."""
    leftovers = Leftovers(visible_windows)
    yield
    if left := leftovers.remove():
        pytest.fail("the test has left " + ", ".join(left))


@pytest.fixture(scope="session")
def application() -> Any:
    """Return the application; there is one for all tests, and closing a window never ends it."""
    application = _application or QtWidgets.QApplication(["tests"])
    application.setQuitOnLastWindowClosed(False)
    return application


@pytest.fixture(autouse=True)
def slots_do_not_raise(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[BaseException]]:
    """Fail a test in one of whose slots there was an exception: Qt cannot pass it on."""
    raised: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda _type, value, _traceback: raised.append(value))
    yield raised
    if raised:
        raise raised[0]


@pytest.fixture
def default_sigint() -> Iterator[None]:
    """Give SIGINT Python's default handler, whatever pytest was started with."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


@pytest.fixture
def default_sighup() -> Iterator[None]:
    """Give SIGHUP its default action, which nohup takes away, also for children."""
    former = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, former)


def choose_mode(loop: Any, request: pytest.FixtureRequest) -> None:
    """Turn debug mode off for a test with the marker `without_debug`."""
    if request.node.get_closest_marker("without_debug"):
        loop.set_debug(False)


@pytest.fixture(params=["asyncio", "QtAsyncio"])
def loop(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Return a new loop, asyncio's and then ours: both have to pass the contract."""
    if request.param == "asyncio":
        loop: Any = asyncio.SelectorEventLoop()
    else:
        request.getfixturevalue("application")
        loop = QtAsyncio.new_event_loop()
    choose_mode(loop, request)
    yield loop
    loop.close()
    gc.collect()  # a coroutine that was never awaited is this test's fault


@pytest.fixture
def qt_loop(application: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """Return a new loop of ours."""
    loop = QtAsyncio.new_event_loop()
    choose_mode(loop, request)
    yield loop
    loop.close()


@pytest.fixture
def errors(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    """Collect what the loop of the test tells its exception handler."""
    name = "loop" if "loop" in request.fixturenames else "qt_loop"
    contexts: list[dict[str, Any]] = []
    request.getfixturevalue(name).set_exception_handler(lambda _loop, c: contexts.append(c))
    return contexts


def connected_pair(kind: int = socket.SOCK_STREAM) -> tuple[socket.socket, socket.socket]:
    """Return two connected sockets that do not block."""
    ours, theirs = socket.socketpair(type=kind)
    ours.setblocking(False)
    theirs.setblocking(False)
    return ours, theirs


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Return two connected stream sockets that do not block."""
    ours, theirs = connected_pair()
    yield ours, theirs
    ours.close(), theirs.close()


class Ticks:
    """A QTimer of 10 ms that proves that Qt is being served."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.timer = QtCore.QTimer()
        self.timer.setTimerType(QtCore.Qt.TimerType.PreciseTimer)
        self.timer.setInterval(10)
        self.timer.timeout.connect(lambda: self.times.append(time.monotonic()))
        self.timer.start()

    @property
    def count(self) -> int:
        return len(self.times)


@pytest.fixture
def ticks(application: Any) -> Iterator[Ticks]:
    """Return a Qt timer that is ticking."""
    ticks = Ticks()
    yield ticks
    ticks.timer.stop()


def wait_until(condition: Callable[[], object], what: str = "the condition") -> None:
    """Serve Qt and asyncio until a condition is true; for code that runs no loop itself."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"timed out waiting for {what}"
        QtCore.QCoreApplication.processEvents()


async def until(condition: Callable[[], object], what: str = "the condition") -> None:
    """Wait in a coroutine until a condition is true."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"timed out waiting for {what}"
        await asyncio.sleep(0.001)


def is_sometimes_below(limit: float, measure: Callable[[], float], attempts: int = 5) -> bool:
    """Return whether one of several measurements is below the limit.

    A busy machine makes each of them longer, those of CPU time too: what a hypervisor takes away
    from a process often counts as used by it.
    """
    return any(measure() < limit for _ in range(attempts))


def raised_in_a_thread(function: Callable[[], object]) -> BaseException | None:
    """Return what a function raises in a thread of its own, or None."""
    raised: list[BaseException] = []

    def work() -> None:
        try:
            function()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return raised[0] if raised else None
