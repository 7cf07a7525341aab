# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Signals of Qt's own objects: those that nobody in Python keeps, and arguments that are lent."""

from __future__ import annotations

import asyncio
import importlib
import threading
from typing import Any

import pytest

import QtAsyncio
from conftest import QtCore, QtWidgets, until
from process import BINDING
from senders import Sender, Signal, delete, is_connected

QtGui: Any = importlib.import_module(f"{BINDING}.QtGui")
OK = QtWidgets.QDialogButtonBox.StandardButton.Ok


def test_signal_of_an_object_without_a_reference_in_python_is_awaited(qt_loop: Any) -> None:
    """The wrapper of a button that Qt has made is gone as soon as its signal is looked up."""
    box = QtWidgets.QDialogButtonBox(OK)

    async def main() -> Any:
        waiting = QtAsyncio.wait_signal(box.button(OK).clicked)
        box.button(OK).click()
        return await waiting

    assert qt_loop.run_until_complete(main()) == (False,)


def test_end_of_an_object_without_a_reference_in_python_is_noticed(qt_loop: Any) -> None:
    box = QtWidgets.QDialogButtonBox(OK)

    async def main() -> None:
        waiting = QtAsyncio.wait_signal(box.button(OK).clicked)
        delete(box)
        with pytest.raises(QtAsyncio.SenderDestroyed):
            await asyncio.wait_for(waiting, 20)

    qt_loop.run_until_complete(main())


def test_argument_that_cpp_has_on_its_stack_outlives_the_emission(qt_loop: Any) -> None:
    model = QtGui.QStandardItemModel(100, 1)
    selection = QtCore.QItemSelectionModel(model)
    select = QtCore.QItemSelectionModel.SelectionFlag.Select

    async def main() -> Any:
        waiting = QtAsyncio.wait_signal(selection.selectionChanged)
        selection.select(QtCore.QItemSelection(model.index(0, 0), model.index(99, 0)), select)
        others = [QtCore.QItemSelection(model.index(1, 0), model.index(2, 0)) for _ in range(50)]
        selected, deselected = await waiting
        del others
        return len(selected.indexes()), len(deselected.indexes())

    assert qt_loop.run_until_complete(main()) == (100, 0)


def test_argument_that_is_a_pointer_is_the_object_itself(qt_loop: Any) -> None:
    """`QTreeWidgetItem(item)` would be no copy, but a child."""
    tree = QtWidgets.QTreeWidget()
    item = QtWidgets.QTreeWidgetItem(tree, ["text"])

    async def main() -> Any:
        waiting = QtAsyncio.wait_signal(tree.itemChanged)
        item.setText(0, "another")
        return await waiting

    arguments = qt_loop.run_until_complete(main())
    assert arguments[0] is item
    assert arguments[1] == 0
    assert item.childCount() == 0


def test_overload_with_more_arguments_is_another_signal(qt_loop: Any) -> None:
    """It is not taken for the same one with a default argument."""
    signatures = ((int,), (int, str)) if BINDING == "PySide6" else ([int], [int, str])

    class Overloaded(QtCore.QObject):  # type: ignore[misc]
        changed = Signal(*signatures)

    sender = Overloaded()

    async def main() -> Any:
        waiting = QtAsyncio.wait_signal(sender.changed)
        sender.changed[int, str].emit(1, "one")
        sender.changed[int].emit(2)
        return await waiting

    assert qt_loop.run_until_complete(main()) == (2,)


def test_waits_can_end_while_another_thread_emits(qt_loop: Any) -> None:
    sender, stopped = Sender(), threading.Event()

    def emit() -> None:
        while not stopped.is_set():
            sender.number.emit(1)

    async def main() -> None:
        for _ in range(500):
            assert await QtAsyncio.wait_signal(sender.number) == (1,)
            QtAsyncio.wait_signal(sender.number).cancel()

    thread = threading.Thread(target=emit)
    thread.start()
    try:
        qt_loop.run_until_complete(asyncio.wait_for(main(), 20))
    finally:
        stopped.set()
        thread.join(20)
    assert not is_connected(sender, "number")


def test_waits_that_are_over_leave_nothing_with_a_sender_that_lives_on(qt_loop: Any) -> None:
    """The bindings have objects of their own for each connection, and PySide6 one for all."""
    sender = Sender()

    def traces() -> int:
        if BINDING == "PyQt6":
            return int(sender.receivers(sender.destroyed))
        return int(sender.receivers("2destroyed(QObject*)"))

    async def main() -> None:
        for number in range(20):
            QtAsyncio.wait_signal(sender.number).cancel()
            waiting = QtAsyncio.wait_signal(sender.number)
            sender.number.emit(number)
            await waiting
        await until(lambda: traces() <= 1, "the end of what the binding keeps")

    qt_loop.run_until_complete(main())


def test_future_that_nobody_awaits_or_keeps_is_disconnected(qt_loop: Any) -> None:
    sender = Sender()

    async def main() -> None:
        waiting = QtAsyncio.wait_signal(sender.number, timeout=3600)
        assert is_connected(sender, "number")
        del waiting
        assert not is_connected(sender, "number")

    qt_loop.run_until_complete(main())


@pytest.mark.parametrize("timeout", ["1", float("nan")])
def test_timeout_that_is_no_time_is_refused(qt_loop: Any, timeout: Any) -> None:
    sender = Sender()

    async def main() -> None:
        with pytest.raises((TypeError, ValueError), match=r"^wait_signal\(\) expects a timeout in"):
            QtAsyncio.wait_signal(sender.number, timeout=timeout)

    qt_loop.run_until_complete(main())
    assert not is_connected(sender, "number")


@pytest.mark.parametrize("timeout", [0, -1])
def test_no_time_is_enough_for_what_was_emitted_already(qt_loop: Any, timeout: float) -> None:
    sender = Sender()

    async def main() -> Any:
        with pytest.raises(asyncio.TimeoutError):
            await QtAsyncio.wait_signal(sender.number, timeout=timeout)
        waiting = QtAsyncio.wait_signal(sender.number, timeout=timeout)
        sender.number.emit(1)
        return await waiting

    assert qt_loop.run_until_complete(main()) == (1,)


def test_signal_of_an_object_in_qml_is_awaited(qt_loop: Any) -> None:
    qml: Any = importlib.import_module(f"{BINDING}.QtQml")
    engine = qml.QQmlEngine()
    component = qml.QQmlComponent(engine)
    component.setData(
        b"""
        import QtQml
        QtObject { signal measured(string name, double value)
                   function measure() { measured("voltage", 1.5) } }
        """,
        QtCore.QUrl(),
    )
    instrument = component.create()

    async def main() -> Any:
        waiting = QtAsyncio.wait_signal(instrument.measured)
        QtCore.QMetaObject.invokeMethod(instrument, "measure")
        name, value = await waiting
        async with QtAsyncio.signal_stream(instrument.measured) as stream:
            instrument.deleteLater()  # at once, PySide6 would crash later, with any slot
            with pytest.raises(QtAsyncio.SenderDestroyed):
                await anext(stream)
        return name, value

    assert qt_loop.run_until_complete(main()) == ("voltage", 1.5)
