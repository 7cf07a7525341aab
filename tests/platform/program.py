# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A program with windows, which reports its events and obeys commands, both as lines of JSON.

    program.py idle|busy

The commands come through asyncio, from standard input, and each is a task of its own. What asks
for something gets its answer while a dialog is open, a menu, or a drag under way: only if the
event loop within these serves asyncio. With `busy` there is a task that never pauses.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING, Any

from program_hands import Hands
from program_widgets import MainWindow, QtCore, QtGui, QtWidgets, SecondWindow, report

import QtAsyncio

if TYPE_CHECKING:
    from collections.abc import Callable


class Commands:
    """What the program can be told to do: `do_<command>`."""

    def __init__(self) -> None:
        self.main = MainWindow()
        self.second = SecondWindow()
        self.steps = 0
        self.iterations = 0
        self.dispatcher = QtCore.QAbstractEventDispatcher.instance()
        self.dispatcher.awake.connect(self._count_iteration)
        self._hands = Hands(self._window)
        for screen in QtGui.QGuiApplication.screens():
            screen.geometryChanged.connect(
                lambda area: report(event="screen", width=area.width(), height=area.height())
            )

    def _count_iteration(self) -> None:
        self.iterations += 1

    def _window(self, name: str) -> Any:
        return self._widget(name) if name != "second" else self.second

    def _widget(self, name: str) -> Any:
        if name == "main":
            return self.main
        return (self.main.widgets | self.second.widgets)[name]

    async def do_where(self, name: str, fraction: list[float], action: int | None = None) -> Any:
        """Return a place on a widget, in its window and in the window a popup belongs to."""
        widget = self._widget(name)
        area = widget.rect() if action is None else widget.actionGeometry(widget.actions()[action])
        x = area.x() + area.width() * fraction[0]
        y = area.y() + area.height() * fraction[1]
        point = QtCore.QPoint(round(x), round(y))
        window = widget.window()
        root = self.main if window is self.main.widgets["menu"] else window
        offset = widget.mapToGlobal(point) - root.mapToGlobal(QtCore.QPoint(0, 0))
        local = widget.mapTo(window, point)
        names = {self.main: "main", self.second: "second"}
        return {
            "window": names.get(window) or window.windowTitle() or name,
            "local": [local.x(), local.y()],
            "root": root.windowTitle(),
            "offset": [offset.x(), offset.y()],
        }

    async def do_origin(self, window: str) -> list[int]:
        """Return where the contents of a window are on the screen, if the platform says it."""
        corner = self._window(window).mapToGlobal(QtCore.QPoint(0, 0))
        return [corner.x(), corner.y()]

    async def do_state(self) -> dict[str, Any]:
        main, second = self.main, self.second
        windows = {"menu": main.widgets["menu"], "dialog": main.widgets.get("dialog")}
        windows["second"] = second
        exposed = {
            f"{name} exposed": bool(it and it.isVisible() and it.windowHandle().isExposed())
            for name, it in windows.items()
        }
        return {
            "dispatcher": self.dispatcher.metaObject().className(),
            "activation": self.dispatcher.property("qtasyncio_activation"),
            "platform": QtGui.QGuiApplication.platformName(),
            "exposed": main.windowHandle().isExposed(),
            "active": main.isActiveWindow(),
            **exposed,
            "menu": main.widgets["menu"].isVisible(),
            "dialog": "dialog" in main.widgets,
            "text": main.widgets["line"].text(),
            "tooltip": QtWidgets.QToolTip.isVisible(),
            "steps": self.steps,
        }

    async def do_reset(self) -> None:
        """Make the main window what it was in the beginning."""
        main = self.main
        if "dialog" in main.widgets:
            main.widgets["dialog"].reject()
        main.widgets["menu"].hide()
        main.widgets["line"].clear()
        main.widgets["line"].clearFocus()
        self.second.hide()
        QtWidgets.QToolTip.hideText()

    async def do_probe(self) -> list[list[int]]:
        """Return for some Qt timers in which iteration they ran, and a handle made by each."""
        loop, done, pairs = asyncio.get_running_loop(), asyncio.Event(), []

        def in_timer() -> None:
            loop.call_soon(in_handle, self.iterations)

        def in_handle(iteration_of_timer: int) -> None:
            pairs.append([iteration_of_timer, self.iterations])
            if len(pairs) < 20:
                QtCore.QTimer.singleShot(1, in_timer)
            else:
                done.set()

        QtCore.QTimer.singleShot(1, in_timer)
        await done.wait()
        return pairs

    async def do_rest(self, seconds: float) -> int:
        """Do nothing for a while, and return how many iterations that took."""
        before = self.iterations
        await asyncio.sleep(seconds)
        return self.iterations - before

    async def do_paint(self, colors: list[str]) -> None:
        self.main.widgets["canvas"].colors = colors
        self.main.widgets["canvas"].update()

    async def do_animate(self, frames: int) -> None:
        """Paint so many times, each time after the one before."""
        canvas = self.main.widgets["canvas"]
        for _ in range(frames):
            canvas.painted.clear()
            canvas.update()
            await canvas.painted.wait()

    async def do_grab(self, file: str) -> None:
        assert self.main.grab().save(file, "PPM")

    async def do_open_second(self) -> None:
        self.second.move(500, 400)  # where the platform lets it be, beside the main window
        self.second.show()

    async def do_dialog(self) -> None:
        """Show the modal dialog from within a coroutine."""
        self.main.show_dialog()

    async def do_resize(self, window: str, width: int, height: int) -> None:
        self._window(window).resize(width, height)

    async def do_close(self, window: str) -> None:
        self._window(window).close()

    async def do_copy(self, text: str) -> None:
        QtGui.QGuiApplication.clipboard().setText(text)

    async def do_paste(self) -> str:
        return str(QtGui.QGuiApplication.clipboard().text())

    async def do_tray(self) -> dict[str, bool]:
        available = QtWidgets.QSystemTrayIcon.isSystemTrayAvailable()
        pixmap = QtGui.QPixmap(16, 16)
        pixmap.fill(QtGui.QColor("red"))
        icon = QtWidgets.QSystemTrayIcon(QtGui.QIcon(pixmap))
        icon.show()
        icon.showMessage("title", "message")
        await asyncio.sleep(0.05)
        answer = {"available": available, "supports messages": icon.supportsMessages()}
        icon.hide()
        return answer

    async def do_opengl(self) -> dict[str, Any]:
        from program_opengl import show_opengl

        return await show_opengl()

    async def do_screens(self) -> list[list[int]]:
        areas = [screen.geometry() for screen in QtGui.QGuiApplication.screens()]
        return [[area.width(), area.height()] for area in areas]

    async def do_to_screen(self, name: str) -> None:
        screens = {screen.name(): screen for screen in QtGui.QGuiApplication.screens()}
        self.main.windowHandle().setScreen(screens[name])

    async def do_hands(self, what: str, arguments: list[Any]) -> None:
        getattr(self._hands, what)(*arguments)


async def obey(command: dict[str, Any], commands: Commands) -> None:
    number = command.pop("number")
    method: Callable[..., Any] = getattr(commands, f"do_{command.pop('do')}")
    try:
        report(reply=number, answer=await method(**command))
    except Exception as error:
        report(reply=number, error=repr(error))


async def stay_busy(commands: Commands) -> None:
    while True:
        await asyncio.sleep(0)
        commands.steps += 1


async def main(load: str) -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    commands = Commands()
    commands.main.show()
    commands.main.windowHandle().screenChanged.connect(
        lambda screen: report(event="on screen", name=screen.name())
    )
    tasks = {asyncio.ensure_future(stay_busy(commands))} if load == "busy" else set()
    report(event="ready")
    while line := await reader.readline():
        tasks.add(task := asyncio.ensure_future(obey(json.loads(line), commands)))
        task.add_done_callback(tasks.discard)


app = QtWidgets.QApplication(sys.argv[:1])
QtAsyncio.run(main(sys.argv[1]), keep_running=False)
report(event="ended")
