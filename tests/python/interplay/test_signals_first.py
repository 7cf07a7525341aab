# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""`wait_first_signal`, and what cannot be waited for."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import QtCore, QtWidgets
from process import BINDING
from senders import Sender, delete, is_connected

if TYPE_CHECKING:
    from collections.abc import Callable


def test_first_signal_tells_which_and_with_what(qt_loop: Any) -> None:
    one, two = Sender(), Sender()

    async def main() -> Any:
        signals = (one.number, two.pair, two.number)
        waiting = QtAsyncio.wait_first_signal(*signals)
        two.pair.emit(2, "two")
        one.number.emit(1)
        first = await waiting
        assert first.signal is signals[1]
        return first.which, first.args

    assert qt_loop.run_until_complete(main()) == (1, (2, "two"))
    assert not any(is_connected(it, name) for it in (one, two) for name in ("number", "pair"))


def test_first_signal_has_a_time_limit(qt_loop: Any) -> None:
    sender = Sender()

    async def main() -> None:
        with pytest.raises(asyncio.TimeoutError, match=r"^number\(int\) or bare\(\) was not emit"):
            await QtAsyncio.wait_first_signal(sender.number, sender.bare, timeout=0.01)

    qt_loop.run_until_complete(main())
    assert not is_connected(sender, "number")
    assert not is_connected(sender, "bare")


def test_first_signal_raises_if_one_sender_goes(qt_loop: Any) -> None:
    one, two = Sender(), Sender()

    async def main() -> None:
        waiting = QtAsyncio.wait_first_signal(one.number, two.bare)
        delete(two)
        with pytest.raises(QtAsyncio.SenderDestroyed, match=r"whose signal bare\(\)"):
            await asyncio.wait_for(waiting, 20)

    qt_loop.run_until_complete(main())
    assert not is_connected(one, "number")


@pytest.mark.parametrize("call", ["wait_signal", "wait_first_signal", "signal_stream"])
@pytest.mark.parametrize("what", ["clicked", None, len])
def test_what_is_no_signal_is_refused(qt_loop: Any, call: str, what: Any) -> None:
    async def main() -> None:
        with pytest.raises(TypeError, match=rf"^{call}\(\) expects a signal of an object, such as"):
            getattr(QtAsyncio, call)(what)

    qt_loop.run_until_complete(main())


def test_methods_of_a_signal_are_refused(qt_loop: Any) -> None:
    sender = Sender()

    async def main() -> None:
        with pytest.raises(TypeError, match=r"such as button\.clicked: leave out '\.emit'$"):
            QtAsyncio.wait_signal(sender.number.emit)

    qt_loop.run_until_complete(main())


@pytest.mark.parametrize("call", ["wait_signal", "wait_first_signal", "signal_stream"])
def test_signal_of_a_class_is_refused(qt_loop: Any, call: str) -> None:
    async def main() -> None:
        with pytest.raises(TypeError, match=r"one of a class: write button\.clicked, not QPushBu"):
            getattr(QtAsyncio, call)(Sender.number)

    qt_loop.run_until_complete(main())


@pytest.mark.parametrize("call", ["wait_signal", "wait_first_signal", "signal_stream"])
@pytest.mark.parametrize("is_kept", [True, False], ids=["kept", "dropped"])
def test_signal_of_a_deleted_object_is_refused(qt_loop: Any, call: str, is_kept: bool) -> None:
    """The Python object may live on without that of C++, or be gone, too."""

    async def main() -> None:
        sender: Any = Sender()
        signal = sender.number
        delete(sender)
        if not is_kept:
            del sender
        complaint = rf"^{call}\(\) expects the signal of a living object, and this one was destr"
        with pytest.raises(QtAsyncio.SenderDestroyed, match=complaint):
            getattr(QtAsyncio, call)(signal)

    qt_loop.run_until_complete(main())


def _table() -> Any:
    table = QtWidgets.QTableWidget(2, 2)
    return table, lambda: table.selectionModel().currentChanged, lambda: table.setCurrentCell(1, 1)


def _box() -> Any:
    ok = QtWidgets.QDialogButtonBox.StandardButton.Ok
    box = QtWidgets.QDialogButtonBox(ok)
    return box, lambda: box.button(ok).clicked, lambda: box.button(ok).click()


def _buttons() -> Any:
    box = QtWidgets.QDialogButtonBox(QtWidgets.QDialogButtonBox.StandardButton.Ok)
    return box, lambda: box.buttons()[0].clicked, lambda: box.buttons()[0].click()


@pytest.mark.parametrize("make", [_table, _box, _buttons])
@pytest.mark.parametrize("call", ["wait_signal", "wait_first_signal", "signal_stream"])
def test_signal_of_an_object_that_python_does_not_keep_is_heard(
    qt_loop: Any, make: Callable[[], Any], call: str
) -> None:
    """The Python object goes when the expression has its value, that of C++ stays."""

    async def main() -> Any:
        owner, signal_of, emit = make()
        waiting = getattr(QtAsyncio, call)(signal_of())
        emit()
        heard = await (anext(waiting) if call == "signal_stream" else waiting)
        again = QtAsyncio.wait_signal(signal_of())
        delete(owner)
        with pytest.raises(QtAsyncio.SenderDestroyed):
            await asyncio.wait_for(again, 20)
        return heard.args if call == "wait_first_signal" else heard

    arguments = qt_loop.run_until_complete(main())
    assert len(arguments) == (2 if make is _table else 1)


@pytest.mark.skipif(BINDING == "PySide6", reason="PySide6 notices it itself, and knows no address")
def test_signal_of_an_object_whose_memory_is_used_again_does_not_crash(qt_loop: Any) -> None:
    """Its Python half, its C++ half or both may be another object's by now."""

    async def main() -> None:
        for count in range(100):
            sender: Any = Sender()
            signal = sender.number
            del sender
            others = [(Sender() if count % 2 else Other()) for _ in range(count)]
            with contextlib.suppress(QtAsyncio.SenderDestroyed):
                QtAsyncio.wait_signal(signal).cancel()
            del others

    qt_loop.run_until_complete(main())


class Other:
    """Something of Python's that may take the place of an object."""


@pytest.mark.parametrize("call", ["wait_signal", "wait_first_signal", "signal_stream"])
def test_without_a_running_loop_there_is_a_clear_error(application: Any, call: str) -> None:
    sender, complaints = Sender(), []

    def attempt() -> None:
        try:
            getattr(QtAsyncio, call)(sender.number)
        except RuntimeError as error:
            complaints.append(str(error))

    attempt()
    thread = threading.Thread(target=attempt)
    thread.start()
    thread.join(20)
    assert len(complaints) == 2
    for text in complaints:
        assert text.startswith(f"no running event loop for {call}(): run the program with QtAsyn")
    assert not is_connected(sender, "number")


def test_first_of_no_signals_is_refused(qt_loop: Any) -> None:
    async def main() -> None:
        with pytest.raises(TypeError, match="expects one signal at least"):
            QtAsyncio.wait_first_signal()

    qt_loop.run_until_complete(main())


def test_one_bad_signal_leaves_the_others_disconnected(qt_loop: Any) -> None:
    sender = Sender()

    async def main() -> None:
        with pytest.raises(TypeError):
            QtAsyncio.wait_first_signal(sender.number, QtCore)

    qt_loop.run_until_complete(main())
    assert not is_connected(sender, "number")


class Restless(Sender):
    """Somebody who emits a signal when it is connected."""

    def connectNotify(self, signal: Any) -> None:
        if bytes(signal.name()).decode() == "number":
            self.number.emit(1)


def test_signal_that_comes_while_others_are_connected_ends_the_wait(qt_loop: Any) -> None:
    sender, other = Restless(), Sender()

    async def main() -> Any:
        waiting = QtAsyncio.wait_first_signal(other.number, sender.number, other.pair)
        assert not any(map(is_connected, (sender, other, other), ("number", "number", "pair")))
        return await waiting

    first = qt_loop.run_until_complete(main())
    assert (first.which, first.args) == (1, (1,))
