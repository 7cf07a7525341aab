# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Programs that own the application and its `exec()`: Jupyter, pytest-qt, an editor's console."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from process import BINDING, check_script

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.program]

PATIENCE = 60

#: Has the kernel make the application, and run its event loop whenever it is idle. With and without
#: us it misses a message now and then, as it waits for an edge of a descriptor that it has read
#: from: so it looks for messages every 50 ms.
GUI_QT = """
%gui qt6
from BINDING import QtCore
timer = QtCore.QTimer(interval=50)
timer.timeout.connect(get_ipython().kernel.app.qt_event_loop.quit)
timer.start()
"""

#: Jupyter's own modules warn of what is going to change in them.
jupyter_warnings = pytest.mark.filterwarnings("ignore")


@contextmanager
def kernel(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], str]]:
    """Start a Jupyter kernel; yield what runs a cell and returns its output."""
    from jupyter_client.manager import KernelManager

    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(folder))
    monkeypatch.setenv("IPYTHONDIR", str(folder))
    monkeypatch.setenv("PYTHONWARNINGS", "ignore")
    manager = KernelManager(transport="ipc")
    assert manager.kernel_spec is not None
    command = ["-m", "ipykernel_launcher", "-f", "{connection_file}"]
    manager.kernel_spec.argv = [sys.executable, *command]
    manager.start_kernel(env={**os.environ, "QT_API": BINDING.lower()})
    client = manager.client()
    client.start_channels()

    def run(cell: str) -> str:
        output: list[str] = []

        def collect(message: dict[str, Any]) -> None:
            content = message["content"]
            output.append(content.get("text", "") or "\n".join(content.get("traceback", [])))

        source = textwrap.dedent(cell).replace("BINDING", BINDING)
        client.execute_interactive(source, timeout=PATIENCE, output_hook=collect)
        return "".join(output)

    try:
        client.wait_for_ready(timeout=PATIENCE)
        yield run
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@jupyter_warnings
@pytest.mark.timeout(3 * PATIENCE)
@pytest.mark.parametrize("imported", ["first", "last"])
def test_a_jupyter_kernel_with_gui_qt(
    imported: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tasks run in the event loop that the kernel runs, and the kernel's own loop goes on."""
    pytest.importorskip("ipykernel", reason="Jupyter is not installed")
    with kernel(tmp_path, monkeypatch) as run:
        if imported == "first":
            assert run("import QtAsyncio") == ""
        assert run(GUI_QT) == ""
        assert run(
            """
            import asyncio, threading, QtAsyncio
            from BINDING import QtCore
            guest, finished = QtAsyncio.start(), threading.Event()
            print(QtAsyncio._activation.mode(), type(asyncio.get_running_loop()).__module__)
            async def main():
                for number in range(3):
                    await asyncio.sleep(0.01)
                print("a task of the guest has run")
            def slot():
                guest.loop.create_task(main()).add_done_callback(lambda _: finished.set())
            QtCore.QTimer.singleShot(10, slot)
            """
        ).split() == ["native" if imported == "first" else "attached", "asyncio.unix_events"]
        cell = """
            if finished.is_set():
                print("finished")
            """
        while "finished" not in run(cell):
            pass  # the kernel runs Qt between two cells
        assert "mode=" in run("print(guest.loop)")
        assert run("guest.stop(); print(guest.loop.is_closed())") == "True\n"
        assert run("print(asyncio.get_running_loop().is_running())") == "True\n"


PYTEST_QT = """
import asyncio
IMPORT_EARLY
from BINDING import QtCore, QtWidgets

class Window(QtWidgets.QPushButton):
    answered = QtCore.SIGNAL(str)

    def __init__(self):
        super().__init__("ask")
        self.clicked.connect(lambda: asyncio.ensure_future(self.answer()))

    async def answer(self):
        await asyncio.sleep(0.01)
        self.setText("answer")
        self.answered.emit("answer")

def click(qtbot, window):
    qtbot.mouseClick(window, QtCore.Qt.MouseButton.LeftButton)

def test_wait_signal(qtbot):
    import QtAsyncio
    window = Window()
    qtbot.addWidget(window)
    with QtAsyncio.start(), qtbot.waitSignal(window.answered, timeout=20000) as blocker:
        click(qtbot, window)
    assert blocker.args == ["answer"]

def test_wait_until(qtbot):
    import QtAsyncio
    window = Window()
    qtbot.addWidget(window)
    with QtAsyncio.start():
        click(qtbot, window)
        qtbot.waitUntil(lambda: window.text() == "answer", timeout=20000)

def test_run(qapp):
    import QtAsyncio
    for _ in range(2):
        coro = asyncio.sleep(0.01, QtAsyncio._activation.mode())
        assert QtAsyncio.run(coro, keep_running=False, quit_qapp=False) == "MODE"
"""


@pytest.mark.parametrize(("early", "mode"), [("import QtAsyncio", "native"), ("", "attached")])
def test_pytest_qt(early: str, mode: str, tmp_path: Path) -> None:
    pytest.importorskip("pytestqt", reason="pytest-qt is not installed")
    text = PYTEST_QT.replace("IMPORT_EARLY", early).replace("MODE", mode)
    text = text.replace("SIGNAL", "Signal" if BINDING == "PySide6" else "pyqtSignal")
    (tmp_path / "test_window.py").write_text(text.replace("BINDING", BINDING))
    command = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "."]
    done = subprocess.run(
        [sys.executable, *command],
        cwd=tmp_path,
        env={**os.environ, "PYTEST_QT_API": BINDING.lower(), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert "3 passed" in done.stdout, done.stdout + done.stderr


def test_a_console_in_an_editor() -> None:
    """The editor has the application; what is typed into its console starts and ends a guest."""
    source = """
        from BINDING import QtCore, QtWidgets
        app = QtWidgets.QApplication([])
        import code
        console = code.InteractiveConsole()
        lines = iter([
            "import asyncio, QtAsyncio",
            "guest = QtAsyncio.start()",
            "async def work(): await asyncio.sleep(0.01); print('worked', task.get_name())",
            "",
            "task = asyncio.create_task(work(), name='from the console')",
            None,
            "print(QtAsyncio._activation.mode())",
            "guest.stop()",
            "print(asyncio._get_running_loop())",
        ])
        def type_line():
            line = next(lines, "")
            if line is None:
                if not console.locals["task"].done():
                    QtCore.QTimer.singleShot(1, wait)
                    return
            else:
                console.push(line)
            QtCore.QTimer.singleShot(1, type_line if not done() else app.quit)
        def wait():
            if console.locals["task"].done():
                type_line()
            else:
                QtCore.QTimer.singleShot(1, wait)
        def done():
            guest = console.locals.get("guest")
            return guest is not None and guest.loop.is_closed() and not remaining()
        def remaining():
            return lines.__length_hint__()
        QtCore.QTimer.singleShot(0, type_line)
        app.exec()
        """
    assert check_script(source) == ["worked from the console", "attached", "None"]
