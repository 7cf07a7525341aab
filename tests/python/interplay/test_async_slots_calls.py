# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Who can call an async slot: signals, C++, QML, Designer's connections by name, and Python."""

from __future__ import annotations

import asyncio
import importlib
import inspect
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import QtCore, QtGui, QtWidgets, until
from process import BINDING, check_script

if TYPE_CHECKING:
    from pathlib import Path

Signal = QtCore.Signal if BINDING == "PySide6" else QtCore.pyqtSignal


class Receiver(QtWidgets.QWidget):
    """What it was called with is in `calls`, once the coroutine has waited."""

    sent = Signal(int, str)

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Any] = []

    async def note(self, *call: Any) -> None:
        await asyncio.sleep(0)
        self.calls.append(call)

    @QtAsyncio.async_slot
    async def bare(self) -> None:
        await self.note("bare")

    @QtAsyncio.async_slot()
    async def nothing(self) -> None:
        await self.note("nothing")

    @QtAsyncio.async_slot(int)
    async def number(self, value: int) -> int:
        await self.note("number", value)
        return value

    @QtAsyncio.async_slot(result=object)
    async def answer(self) -> None:
        await self.note("answer")

    @QtAsyncio.async_slot(int, str)
    async def both(self, value: int, text: str) -> None:
        await self.note("both", value, text)

    @QtAsyncio.async_slot(name="renamed")
    async def named(self) -> None:
        await self.note("named")

    @QtAsyncio.async_slot(int)
    @QtAsyncio.async_slot(str)
    async def overloaded(self, value: object) -> None:
        await self.note("overloaded", value)

    @QtAsyncio.async_slot()
    async def optional(self, value: int = 1) -> None:
        await self.note("optional", value)

    @QtAsyncio.async_slot(int)
    @QtAsyncio.async_slot()
    async def twofold(self, value: int = 1) -> None:
        await self.note("twofold", value)

    @QtAsyncio.async_slot
    async def undeclared(self, first: object, second: object = "default") -> None:
        await self.note("undeclared", first, second)

    @QtAsyncio.async_slot
    async def single(self, value: object) -> None:
        await self.note("single", value)

    @QtAsyncio.async_slot
    async def everything(self, *arguments: object) -> None:
        await self.note("everything", *arguments)

    @staticmethod
    @QtAsyncio.async_slot
    async def static(calls: list[Any]) -> None:
        await asyncio.sleep(0)
        calls.append("static")


@pytest.fixture
def receiver(application: Any) -> Receiver:
    return Receiver()


def own_methods(thing: Any) -> set[str]:
    meta = thing.metaObject()
    methods = [meta.method(i) for i in range(meta.methodOffset(), meta.methodCount())]
    slots = [it for it in methods if it.methodType() == QtCore.QMetaMethod.MethodType.Slot]
    return {bytes(it.methodSignature()).decode() for it in slots}


def test_async_slots_are_in_the_meta_object(receiver: Receiver) -> None:
    assert own_methods(receiver) == {
        "answer()",
        "bare()",
        "nothing()",
        "number(int)",
        "both(int,QString)",
        "renamed()",
        "overloaded(int)",
        "overloaded(QString)",
        "optional()",
        "twofold()",
        "twofold(int)",
    }


@pytest.mark.parametrize(
    ("slot", "call"),
    [
        ("bare", ("bare",)),
        ("nothing", ("nothing",)),
        ("number", ("number", 7)),
        ("both", ("both", 7, "seven")),
        ("named", ("named",)),
        ("optional", ("optional", 7 if BINDING == "PySide6" else 1)),
        ("twofold", ("twofold", 7)),
        ("undeclared", ("undeclared", 7, "seven")),
        ("everything", ("everything", 7, "seven")),
    ],
)
def test_async_slots_get_as_many_arguments_of_a_signal_as_they_take(
    qt_loop: Any, receiver: Receiver, slot: str, call: tuple[Any, ...]
) -> None:
    async def main() -> None:
        receiver.sent.connect(getattr(receiver, slot))
        receiver.sent.emit(7, "seven")
        await until(lambda: receiver.calls)

    qt_loop.run_until_complete(main())
    assert receiver.calls == [call]


@pytest.mark.parametrize("declared", [True, False])
def test_async_slots_get_arguments_that_outlive_the_signal(qt_loop: Any, declared: bool) -> None:
    """PyQt6 only lends what C++ has on its stack, such as a selection, until the slot returns."""
    model = QtGui.QStandardItemModel(100, 1)
    selection = QtCore.QItemSelectionModel(model)
    select = QtCore.QItemSelectionModel.SelectionFlag.Select
    lengths: list[int] = []

    decorate = QtAsyncio.async_slot(QtCore.QItemSelection) if declared else QtAsyncio.async_slot

    class Listener(QtCore.QObject):  # type: ignore[misc]
        @decorate
        async def on_selected(self, what: Any) -> None:
            await asyncio.sleep(0)
            other = QtCore.QItemSelection(model.index(1, 0), model.index(2, 0))
            others = [QtCore.QItemSelection(other) for _ in range(50)]
            lengths.append(len(what.indexes()))
            del others

    async def main() -> None:
        listener = Listener()
        selection.selectionChanged.connect(listener.on_selected)
        selection.select(QtCore.QItemSelection(model.index(0, 0), model.index(99, 0)), select)
        await until(lambda: bool(lengths))

    qt_loop.run_until_complete(main())
    assert lengths == [100]


def test_async_slots_get_the_object_that_a_pointer_is_to(qt_loop: Any, application: Any) -> None:
    """A copy of an item would be another item, and one of an authenticator be filled in vain."""
    tree = QtWidgets.QTreeWidget()
    item = QtWidgets.QTreeWidgetItem(tree, ["text"])
    network: Any = importlib.import_module(f"{BINDING}.QtNetwork")
    manager, authenticator = network.QNetworkAccessManager(), network.QAuthenticator()
    got: list[object] = []

    @QtAsyncio.async_slot
    async def changed(what: Any) -> None:
        got.append(what)

    @QtAsyncio.async_slot
    async def asked(_proxy: Any, to_fill_in: Any) -> None:
        to_fill_in.setUser("somebody")

    async def main() -> None:
        tree.itemChanged.connect(changed)
        item.setText(0, "another")
        manager.proxyAuthenticationRequired.connect(asked)
        manager.proxyAuthenticationRequired.emit(network.QNetworkProxy(), authenticator)

    qt_loop.run_until_complete(main())
    assert got == [item]
    assert item.childCount() == 0
    assert authenticator.user() == "somebody"


def test_async_slots_take_part_in_the_choice_of_an_overload(
    qt_loop: Any, receiver: Receiver
) -> None:
    """clicked() of a button is clicked(bool), too: a slot of one argument gets it."""

    async def main() -> None:
        for slot in (receiver.bare, receiver.single):
            button = QtWidgets.QPushButton()
            button.clicked.connect(slot)
            button.click()
        await until(lambda: len(receiver.calls) == 2)

    qt_loop.run_until_complete(main())
    assert receiver.calls == [("bare",), ("single", False)]


def test_async_slots_are_called_from_cpp(qt_loop: Any, receiver: Receiver) -> None:
    types = QtCore.Qt.ConnectionType
    invoke = QtCore.QMetaObject.invokeMethod

    async def main() -> None:
        invoke(receiver, "nothing", types.DirectConnection)
        invoke(receiver, "both", types.DirectConnection, *arguments(1, "direct"))
        invoke(receiver, "number", types.QueuedConnection, *arguments(2))
        await until(lambda: len(receiver.calls) == 3)

    def arguments(*values: Any) -> list[Any]:
        return [QtCore.Q_ARG(type(it), it) for it in values]

    qt_loop.run_until_complete(main())
    assert sorted(receiver.calls) == [("both", 1, "direct"), ("nothing",), ("number", 2)]


def test_async_slots_are_called_from_qml(qt_loop: Any, receiver: Receiver) -> None:
    qml: Any = importlib.import_module(f"{BINDING}.QtQml")
    engine = qml.QQmlEngine()
    engine.rootContext().setContextProperty("receiver", receiver)
    component = qml.QQmlComponent(engine)
    source = """
        import QtQml
        QtObject { Component.onCompleted: {
            receiver.number(3)
            receiver.both(4, "four")
        } }
    """

    async def main() -> Any:
        component.setData(source.encode(), QtCore.QUrl())
        thing = component.create()
        assert not component.errors()
        await until(lambda: len(receiver.calls) == 2)
        return thing

    thing = qt_loop.run_until_complete(main())
    assert receiver.calls == [("number", 3), ("both", 4, "four")]
    thing.deleteLater()


@pytest.mark.skipif(
    BINDING == "PySide6" and QtCore.qVersion().startswith("6.4."),
    reason="PySide6 6.4 crashes in any slot that returns a QVariant",
)
def test_async_slots_give_their_task_to_qml_if_that_is_to_get_it(
    qt_loop: Any, receiver: Receiver
) -> None:
    qml: Any = importlib.import_module(f"{BINDING}.QtQml")
    engine = qml.QQmlEngine()
    engine.rootContext().setContextProperty("receiver", receiver)
    component = qml.QQmlComponent(engine)
    source = "QtObject { property var task: receiver.answer(); property var none: receiver.bare() }"

    async def main() -> Any:
        component.setData(f"import QtQml\n{source}".encode(), QtCore.QUrl())
        thing = component.create()
        assert isinstance(thing.property("task"), asyncio.Task)
        assert thing.property("none") is None
        await until(lambda: len(receiver.calls) == 2)
        return thing

    qt_loop.run_until_complete(main()).deleteLater()


class Form(QtWidgets.QWidget):
    """A window with slots for Designer."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[str] = []

    @QtAsyncio.async_slot()
    async def on_load_clicked(self) -> None:
        await asyncio.sleep(0)
        self.calls.append("clicked")

    @QtAsyncio.async_slot(int)
    async def on_count_valueChanged(self, value: int) -> None:
        await asyncio.sleep(0)
        self.calls.append(f"value {value}")


def test_async_slots_are_connected_by_name(qt_loop: Any) -> None:
    form = Form()
    button, count = QtWidgets.QPushButton(form), QtWidgets.QSpinBox(form)
    button.setObjectName("load")
    count.setObjectName("count")
    QtCore.QMetaObject.connectSlotsByName(form)
    qt_loop.run_until_complete(use(form))


_FORM = """<?xml version="1.0" encoding="UTF-8"?>
<ui version="4.0"><class>Form</class><widget class="QWidget" name="Form">
<layout class="QVBoxLayout"><item><widget class="QPushButton" name="load"/></item>
<item><widget class="QSpinBox" name="count"/></item></layout></widget></ui>
"""


def test_async_slots_are_connected_to_a_form_of_designer(qt_loop: Any, tmp_path: Path) -> None:
    file = tmp_path / "form.ui"
    file.write_text(_FORM)
    form = Form()
    load(file, form)
    qt_loop.run_until_complete(use(form))


def load(file: Path, form: Form) -> None:
    if BINDING == "PyQt6":
        importlib.import_module("PyQt6.uic").loadUi(str(file), form)
        QtCore.QMetaObject.connectSlotsByName(form)
        return
    tools: Any = importlib.import_module("PySide6.QtUiTools")

    class Loader(tools.QUiLoader):
        def createWidget(self, kind: str, parent: Any = None, name: str = "") -> Any:
            return form if parent is None else super().createWidget(kind, parent, name)

    Loader().load(str(file))
    QtCore.QMetaObject.connectSlotsByName(form)


async def use(form: Form) -> None:
    form.findChild(QtWidgets.QPushButton, "load").click()
    form.findChild(QtWidgets.QSpinBox, "count").setValue(5)
    await until(lambda: len(form.calls) >= 2)
    await asyncio.sleep(0)
    assert form.calls == ["clicked", "value 5"]


def test_async_slots_return_their_task_to_python(qt_loop: Any, receiver: Receiver) -> None:
    async def main() -> Any:
        task = receiver.number(value=3)
        assert isinstance(task, asyncio.Task)
        assert "Receiver.number" in repr(task)
        return await task

    assert qt_loop.run_until_complete(main()) == 3


def test_async_slots_may_be_functions_static_methods_and_closures(
    qt_loop: Any, receiver: Receiver
) -> None:
    calls: list[Any] = []

    @QtAsyncio.async_slot
    async def function(value: int) -> None:
        await asyncio.sleep(0)
        calls.append(value)

    async def main() -> None:
        receiver.sent.connect(function)
        receiver.sent.emit(1, "")
        await Receiver.static(calls)

    qt_loop.run_until_complete(main())
    assert sorted(calls, key=str) == [1, "static"]


def test_async_slots_have_the_name_and_signature_of_their_function() -> None:
    assert Receiver.number.__name__ == "number"
    assert str(inspect.signature(Receiver.number)) == "(self, value: 'int') -> 'int'"
    assert not inspect.iscoroutinefunction(Receiver.number)  # what it returns is a task


def test_async_slots_of_an_object_that_is_no_qobject_are_made_of_its_methods(
    qt_loop: Any, application: Any
) -> None:
    class Presenter:
        calls = 0

        async def load(self) -> None:
            await asyncio.sleep(0)
            self.calls += 1

    button, presenter = QtWidgets.QPushButton(), Presenter()
    button.clicked.connect(QtAsyncio.async_slot(presenter.load))

    async def main() -> None:
        button.click()
        await until(lambda: presenter.calls == 1)

    qt_loop.run_until_complete(main())


def test_async_slots_of_a_bound_method_is_one_of_the_same_object(
    qt_loop: Any, receiver: Receiver
) -> None:
    async def main() -> None:
        slot = QtAsyncio.async_slot(receiver.note)
        assert slot.__self__ is receiver
        receiver.sent.connect(slot)
        del slot
        receiver.sent.emit(1, "one")
        await until(lambda: receiver.calls)

    qt_loop.run_until_complete(main())
    assert receiver.calls == [(1, "one")]


@pytest.mark.program
@pytest.mark.parametrize("install", ["0", "1"])
def test_async_slots_may_be_made_before_the_binding_is_imported(install: str) -> None:
    """It is the program's choice, which QtAsyncio must not make for it."""
    lines = check_script(
        """
        import asyncio, os, sys
        del os.environ["QT_API"]
        import QtAsyncio

        class MixIn:
            @QtAsyncio.async_slot(int)
            async def work(self, value): print("work", value, flush=True)

        @QtAsyncio.async_slot
        async def function(): print("function")

        assert not {"PySide6", "PyQt6"} & set(sys.modules)
        from BINDING import QtCore

        class Thing(MixIn, QtCore.QObject): pass

        async def main():
            thing = Thing()
            assert thing.metaObject().indexOfSlot("work(int)") > 0
            await thing.work(3)
            await function()
        QtAsyncio.run(main(), keep_running=False)
        """,
        environment={"QTASYNCIO_INSTALL": install},
    )
    assert lines == ["work 3", "function"]
