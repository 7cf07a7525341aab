# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Windows that wait for a coroutine before they close."""

from __future__ import annotations

import asyncio
import gc
import sys
import weakref
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import QtCore, QtWidgets, until
from senders import delete

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Told:
    """What happens when a window is closed: the test lets it go on."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.events: list[Any] = []
        self.go_on = asyncio.Event()
        self.decide: Callable[[Any], object] = lambda _event: None

    async def close(self, event: Any) -> object:
        self.events.append(event)
        self.steps.append("asked")
        await self.go_on.wait()
        self.steps.append("decided")
        return self.decide(event)


class Window(QtWidgets.QWidget):
    def __init__(self, told: Told) -> None:
        super().__init__()
        self.told = told

    @QtAsyncio.async_close
    async def closeEvent(self, event: Any) -> object:
        return await self.told.close(event)

    @QtAsyncio.async_slot
    async def work(self) -> None:
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            await asyncio.sleep(0)
            self.told.steps.append(f"worked, {'visible' if self.isVisible() else 'hidden'}")


class Dialog(QtWidgets.QDialog):
    def __init__(self, told: Told) -> None:
        super().__init__()
        self.told = told

    @QtAsyncio.async_close
    async def closeEvent(self) -> None:
        await self.told.close(None)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def window(application: Any, told: Told) -> Iterator[Window]:
    window = Window(told)
    window.show()
    yield window
    window.hide()


def is_shown(window: Any) -> bool:
    return bool(window.isVisible())


# ---- It closes


def test_closing_waits_for_the_coroutine(qt_loop: Any, window: Window, told: Told) -> None:
    async def main() -> None:
        assert not window.close()  # without an event loop inside
        assert told.steps == ["asked"]
        await asyncio.sleep(0.01)
        assert is_shown(window)
        told.go_on.set()
        await until(lambda: not is_shown(window))

    qt_loop.run_until_complete(main())
    assert told.steps == ["asked", "decided"]


def test_closing_is_not_begun_twice(qt_loop: Any, window: Window, told: Told) -> None:
    """Nor does a second wish to close the window close it."""

    async def main() -> None:
        for _ in range(3):
            assert not window.close()
            await asyncio.sleep(0)
        assert is_shown(window)
        told.go_on.set()
        await until(lambda: not is_shown(window))
        window.show()
        told.go_on.clear()
        assert not window.close()  # and it begins anew
        told.go_on.set()
        await until(lambda: not is_shown(window))

    qt_loop.run_until_complete(main())
    assert told.steps == ["asked", "decided"] * 2


def test_closing_is_done_in_the_event_if_there_is_nothing_to_wait_for(
    qt_loop: Any, window: Window, told: Told
) -> None:
    async def main() -> None:
        told.go_on.set()
        assert window.close()
        assert not is_shown(window)
        window.show()
        assert window.close()

    qt_loop.run_until_complete(main())


def test_closing_cancels_what_the_window_has_started(
    qt_loop: Any, window: Window, told: Told
) -> None:
    """When it is certain that the window closes, and before it has."""

    async def forever() -> None:
        await qt_loop.create_future()

    async def main() -> None:
        tasks = [window.work(), QtAsyncio.create_task(forever(), parent=window)]
        others = [Window(told).work(), QtAsyncio.create_task(forever())]
        window.close()
        await asyncio.sleep(0.01)
        assert not any(task.done() for task in tasks)
        told.go_on.set()
        await until(lambda: not is_shown(window))
        assert all(task.cancelled() for task in tasks)
        assert not any(task.done() for task in others)
        for task in others:
            task.cancel()
        await asyncio.wait(others)

    qt_loop.run_until_complete(main())
    assert told.steps[:3] == ["asked", "decided", "worked, visible"]


def test_closing_may_be_asked_for_by_a_slot_of_the_window(
    qt_loop: Any, window: Window, told: Told
) -> None:
    async def main() -> None:
        async def leave(_self: Any) -> None:
            window.close()
            await qt_loop.create_future()

        task = QtAsyncio.create_task(leave(window), parent=window)
        told.go_on.set()
        await until(lambda: not is_shown(window))
        assert task.cancelled()

    qt_loop.run_until_complete(main())


def test_closing_rejects_a_dialog(qt_loop: Any, told: Told) -> None:
    """That is what the closeEvent of its base class does."""
    results: list[int] = []

    async def main() -> None:
        dialog = Dialog(told)
        dialog.finished.connect(results.append)
        dialog.open()
        dialog.close()
        await asyncio.sleep(0)
        assert results == []
        told.go_on.set()
        await until(lambda: results)
        assert not is_shown(dialog)

    qt_loop.run_until_complete(main())
    assert results == [0]


def test_closing_ends_the_event_loop_of_a_dialog(qt_loop: Any, told: Told) -> None:
    async def main() -> int:
        dialog = Dialog(told)
        told.go_on.set()
        qt_loop.call_soon(dialog.close)
        return int(dialog.exec())

    assert qt_loop.run_until_complete(main()) == 0


@pytest.mark.parametrize("how", ["its frame", "the document", "the area"])
def test_closing_closes_the_frame_of_a_document(
    qt_loop: Any, application: Any, told: Told, how: str
) -> None:
    area, window = QtWidgets.QMdiArea(), Window(told)
    frame = area.addSubWindow(window)
    frame.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
    frame.show()

    async def main() -> None:
        close = {
            "its frame": frame.close,
            "the document": window.close,
            "the area": area.closeAllSubWindows,
        }
        close[how]()
        assert area.subWindowList() == [frame]
        told.go_on.set()
        await until(lambda: not area.subWindowList())

    qt_loop.run_until_complete(main())
    assert told.steps == ["asked", "decided"]


def test_closing_deletes_a_window_that_is_to_be_deleted(qt_loop: Any, told: Told) -> None:
    gone: list[bool] = []

    async def main() -> None:
        window = Window(told)
        window.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        window.destroyed.connect(lambda: gone.append(True))
        window.show()
        window.close()
        await asyncio.sleep(0)
        assert not gone
        told.go_on.set()
        await until(lambda: gone)

    qt_loop.run_until_complete(main())


def test_closing_goes_through_the_close_event_of_a_subclass(qt_loop: Any, told: Told) -> None:
    accepted: list[bool] = []

    class Special(Window):
        def closeEvent(self, event: Any) -> None:
            super().closeEvent(event)
            accepted.append(event.isAccepted())

    async def main() -> None:
        window = Special(told)
        window.show()
        window.close()
        told.go_on.set()
        await until(lambda: not is_shown(window))

    qt_loop.run_until_complete(main())
    assert accepted == [False, True]


class Twofold(Window):
    """A class and its base class have something to wait for."""

    @QtAsyncio.async_close
    async def closeEvent(self, event: Any) -> None:
        self.told.steps.append("asked first")
        if self.windowTitle() == "patient":
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        if self.windowTitle() == "first refuses":
            event.ignore()


@pytest.mark.parametrize("title", ["", "patient"])
@pytest.mark.parametrize("is_ready", [True, False], ids=["ready", "waiting"])
def test_closing_asks_class_after_class_once(
    qt_loop: Any, told: Told, title: str, is_ready: bool
) -> None:
    async def main() -> None:
        window = Twofold(told)
        window.setWindowTitle(title)
        window.show()
        if is_ready:
            told.go_on.set()
        closed = window.close()
        assert closed is (is_ready and not title)
        await until(lambda: "asked" in told.steps)
        assert is_ready or not window.close()  # it is being asked
        told.go_on.set()
        await until(lambda: not is_shown(window))
        assert told.steps == ["asked first", "asked", "decided"]
        window.show()
        window.close()  # asks all of them once more
        await until(lambda: not is_shown(window))
        assert told.steps == ["asked first", "asked", "decided"] * 2

    qt_loop.run_until_complete(main())


@pytest.mark.parametrize("who", ["first refuses", "second refuses"])
def test_closing_can_be_refused_by_each_class(qt_loop: Any, told: Told, who: str) -> None:
    told.decide = refuse
    told.go_on.set()

    async def main() -> None:
        window = Twofold(told)
        window.setWindowTitle(who)
        window.show()
        assert not window.close()
        assert told.steps == ["asked first", "asked", "decided"][: 1 if who[0] == "f" else 3]
        told.steps.clear()
        told.decide = lambda _event: None
        window.setWindowTitle("")
        assert window.close()
        assert told.steps == ["asked first", "asked", "decided"]

    qt_loop.run_until_complete(main())


def test_closing_calls_the_base_class_itself(
    qt_loop: Any, told: Told, errors: list[dict[str, Any]]
) -> None:
    class Special(Window):
        @QtAsyncio.async_close
        async def closeEvent(self, event: Any) -> None:
            super().closeEvent(event)

    async def main() -> None:
        window = Special(told)
        window.show()
        window.close()
        await until(lambda: errors)
        assert is_shown(window)
        window.hide()

    qt_loop.run_until_complete(main())
    assert "does not call the closeEvent() of its base class" in str(errors[0]["exception"])


def test_closing_begins_anew_if_its_loop_was_closed(
    qt_loop: Any, window: Window, told: Told
) -> None:
    async def close() -> None:
        window.close()

    first = QtAsyncio.new_event_loop()
    first.run_until_complete(close())
    first.close()

    async def close_again() -> None:
        told.go_on = asyncio.Event()
        told.go_on.set()
        assert window.close()

    qt_loop.run_until_complete(close_again())
    assert told.steps == ["asked", "asked", "decided"]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="eager tasks came with Python 3.12")
def test_closing_begins_anew_with_an_eager_task_factory(
    qt_loop: Any, window: Window, told: Told
) -> None:
    told.decide = refuse
    told.go_on.set()

    async def main() -> None:
        assert not window.close()
        told.decide = lambda _event: None
        assert window.close()

    qt_loop.set_task_factory(asyncio.eager_task_factory)
    qt_loop.run_until_complete(main())


def test_closing_keeps_the_window_alive_until_it_is_done(qt_loop: Any, told: Told) -> None:
    async def main() -> weakref.ref[Any]:
        window = Window(told)
        window.show()
        window.close()
        reference = weakref.ref(window)
        del window
        gc.collect()
        assert is_shown(reference())
        told.go_on.set()
        await until(lambda: reference() is None)
        return reference

    qt_loop.run_until_complete(main())


# ---- It does not close


def refuse(event: Any) -> None:
    event.ignore()


def fail(_event: Any) -> None:
    raise ValueError("on purpose")


@pytest.mark.parametrize("decide", [refuse, fail, lambda _event: False])
def test_closing_can_be_refused(
    qt_loop: Any, window: Window, told: Told, errors: list[dict[str, Any]], decide: Any
) -> None:
    """Then nothing of the window's is cancelled; and it can be closed another time."""
    told.decide = decide

    async def main() -> None:
        task = window.work()
        window.close()
        told.go_on.set()
        await until(lambda: "decided" in told.steps)
        await asyncio.sleep(0.01)
        assert is_shown(window)
        assert not task.done()
        told.decide = lambda _event: None
        window.close()
        await until(lambda: not is_shown(window))

    qt_loop.run_until_complete(main())
    messages = [it["message"] for it in errors]
    expected = ["Exception in Window.closeEvent: the window stays open"] if decide is fail else []
    assert messages == expected


def test_closing_ends_when_the_window_is_destroyed(
    qt_loop: Any, told: Told, errors: list[dict[str, Any]]
) -> None:
    gone: list[bool] = []

    async def main() -> None:
        window = Window(told)
        window.destroyed.connect(lambda: gone.append(True))
        window.show()
        window.close()
        window.deleteLater()
        await until(lambda: gone)
        told.go_on.set()
        await asyncio.sleep(0.01)

    qt_loop.run_until_complete(main())
    assert told.steps == ["asked"]
    assert errors == []


@pytest.mark.parametrize("waits", [False, True])
def test_closing_may_delete_its_own_window(
    qt_loop: Any, told: Told, errors: list[dict[str, Any]], waits: bool
) -> None:
    """As a plain closeEvent() may; nothing is asked of the window after that."""
    gone: list[bool] = []

    async def main() -> None:
        window = Window(told)
        window.destroyed.connect(lambda: gone.append(True))
        told.decide = lambda _event: delete(window)
        window.show()
        if not waits:
            told.go_on.set()
        window.close()
        told.go_on.set()
        await until(lambda: "decided" in told.steps, "the coroutine")
        for _ in range(5):  # a failure is reported some steps later
            await asyncio.sleep(0)

    qt_loop.run_until_complete(main())
    assert gone == [True]
    assert errors == []


def test_closing_gives_a_request_that_outlives_the_event(
    qt_loop: Any, window: Window, told: Told
) -> None:
    async def main() -> None:
        window.close()
        told.go_on.set()
        await until(lambda: not is_shown(window))

    qt_loop.run_until_complete(main())
    (request,) = told.events
    assert isinstance(request, QtAsyncio.CloseRequest)
    assert not request.spontaneous()
    assert request.isAccepted()
    request.setAccepted(False)
    assert "ignored" in repr(request)
    request.accept()
    assert "accepted" in repr(request)


def test_closing_needs_a_running_loop(
    window: Window, told: Told, slots_do_not_raise: list[BaseException]
) -> None:
    """The window is not left behind as one that cannot be closed."""
    try:
        window.close()
    except RuntimeError as error:  # PySide6 hands it over to a caller in Python
        slots_do_not_raise.append(error)
    (error,) = slots_do_not_raise
    assert "no running event loop for Window.closeEvent()" in str(error)
    slots_do_not_raise.clear()
    assert not is_shown(window)
    assert told.steps == []


def test_closing_is_done_by_coroutine_functions_only() -> None:
    with pytest.raises(TypeError, match="async_close needs a coroutine function"):
        QtAsyncio.async_close(lambda self, event: None)  # type: ignore[arg-type,return-value]
