# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""`exec_menu()`: what was chosen, by mouse and by key, and what it refuses."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from qt_things import QtTest, destroy, is_free, opened, pending, press, until_free

import QtAsyncio
from conftest import QtCore, QtGui, QtWidgets, raised_in_a_thread, until

POSITION = QtCore.QPoint(40, 50)


@pytest.fixture
def menu(application: Any) -> Any:
    menu = QtWidgets.QMenu()
    for text in ("one", "two"):
        menu.addAction(text)
    return menu


def click(menu: Any, number: int) -> None:
    centre = menu.actionGeometry(menu.actions()[number]).center()
    left, none = QtCore.Qt.MouseButton.LeftButton, QtCore.Qt.KeyboardModifier.NoModifier
    QtTest.QTest.mouseMove(menu, centre)
    QtTest.QTest.mouseClick(menu, left, none, centre)


def choose(menu: Any, number: int) -> None:
    """Choose by keys."""
    for _ in range(number + 1):
        press(menu, "Down")
    press(menu, "Return")


@pytest.mark.parametrize("how", [click, choose])
def test_exec_menu_returns_the_chosen_action(qt_loop: Any, menu: Any, how: Any) -> None:
    async def main() -> None:
        async with pending(QtAsyncio.exec_menu(menu, POSITION)) as task:
            assert menu.isVisible()
            how(menu, 1)
            assert await task is menu.actions()[1]
        await until_free(menu, "aboutToHide", "triggered")

    qt_loop.run_until_complete(main())


@pytest.mark.parametrize("end", ["Escape", "close"])
def test_exec_menu_returns_none_if_nothing_is_chosen(qt_loop: Any, menu: Any, end: str) -> None:
    async def main() -> None:
        async with pending(QtAsyncio.exec_menu(menu, POSITION)) as task:
            press(menu, "Down")  # an action is selected, not chosen
            menu.close() if end == "close" else press(menu, "Escape")
            assert await task is None

    qt_loop.run_until_complete(main())


def test_exec_menu_returns_an_action_of_a_submenu(qt_loop: Any, menu: Any) -> None:
    below = menu.addMenu("more")
    deep = below.addAction("deep")

    async def main() -> None:
        async with pending(QtAsyncio.exec_menu(menu, POSITION)) as task:
            for _ in range(3):
                press(menu, "Down")
            press(menu, "Right")
            await until(below.isVisible, "the submenu")
            press(below, "Return")
            assert await task is deep

    qt_loop.run_until_complete(main())


def test_exec_menu_returns_after_the_slots_of_the_action(qt_loop: Any, menu: Any) -> None:
    """The first slot runs an event loop, before the menu itself tells what was chosen."""
    calls: list[str] = []

    def ask() -> None:
        calls.append("asks")
        QtWidgets.QMessageBox().exec()
        calls.append("has asked")

    asking = QtGui.QAction("ask")
    asking.triggered.connect(lambda *_: ask())
    menu.addAction(asking)

    async def answer() -> None:
        box = await opened("QMessageBox")
        await asyncio.sleep(0.01)
        calls.append("is answered")
        box.done(0)

    async def main() -> None:
        async with pending(QtAsyncio.exec_menu(menu, POSITION)) as task:
            answering = asyncio.create_task(answer())
            QtCore.QTimer.singleShot(0, lambda: choose(menu, 2))
            assert await task is asking
            calls.append("returned")
            await answering

    qt_loop.run_until_complete(main())
    assert calls == ["asks", "is answered", "has asked", "returned"]


def test_exec_menu_ignores_actions_that_are_triggered_otherwise(qt_loop: Any, menu: Any) -> None:
    async def main() -> None:
        async with pending(QtAsyncio.exec_menu(menu, POSITION)) as task:
            menu.actions()[0].trigger()  # as a shortcut does; the menu stays open
            await asyncio.sleep(0.01)
            assert not task.done()
            press(menu, "Escape")
            assert await task is None

    qt_loop.run_until_complete(main())


def test_exec_menu_appears_at_the_pointer_or_where_it_is_told(qt_loop: Any, menu: Any) -> None:
    async def main() -> None:
        async with pending(QtAsyncio.exec_menu(menu)):
            assert menu.geometry().adjusted(-9, -9, 9, 9).contains(QtGui.QCursor.pos())
        assert not menu.isVisible()
        async with pending(QtAsyncio.exec_menu(menu, pos=POSITION)):
            assert menu.pos() == POSITION

    qt_loop.run_until_complete(main())


def test_exec_menu_returns_none_for_an_empty_menu(qt_loop: Any, application: Any) -> None:
    assert qt_loop.run_until_complete(QtAsyncio.exec_menu(QtWidgets.QMenu())) is None


def test_exec_menu_closes_its_menus_when_it_is_cancelled(qt_loop: Any, menu: Any) -> None:
    below = menu.addMenu("more")
    below.addAction("deep")

    async def main() -> None:
        async with pending(QtAsyncio.exec_menu(menu, POSITION)):
            for _ in range(3):
                press(menu, "Down")
            press(menu, "Right")
            await until(below.isVisible, "the submenu")
        assert (menu.isVisible(), below.isVisible()) == (False, False)
        await until_free(menu, "aboutToHide", "triggered")

    qt_loop.run_until_complete(main())


def test_exec_menu_raises_when_the_menu_is_destroyed(qt_loop: Any, application: Any) -> None:
    async def main() -> None:
        parent = QtWidgets.QWidget()
        menu = QtWidgets.QMenu(parent)
        menu.addAction("one")
        async with pending(QtAsyncio.exec_menu(menu, POSITION)) as task:
            parent.deleteLater()
            with pytest.raises(QtAsyncio.SenderDestroyed, match="QMenu was destroyed before"):
                await task
        menu = QtWidgets.QMenu()
        destroy(menu)
        with pytest.raises(QtAsyncio.SenderDestroyed):
            await QtAsyncio.exec_menu(menu)

    qt_loop.run_until_complete(main())


def test_exec_menu_refuses_what_it_cannot_show(qt_loop: Any, menu: Any) -> None:
    async def main() -> None:
        with pytest.raises(TypeError, match=r"^exec_menu\(\) takes a QMenu, not 'QDialog'"):
            await QtAsyncio.exec_menu(QtWidgets.QDialog())
        async with pending(QtAsyncio.exec_menu(menu, POSITION)) as task:
            with pytest.raises(RuntimeError, match="this QMenu is shown already"):
                await QtAsyncio.exec_menu(menu)
            assert not task.done()

    qt_loop.run_until_complete(main())
    error = raised_in_a_thread(lambda: asyncio.run(QtAsyncio.exec_menu(menu)))
    assert isinstance(error, RuntimeError)
    assert str(error).startswith("this QMenu lives in another thread")
    assert is_free(menu, "aboutToHide", "triggered")
