# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Programs that `python -m QtAsyncio` runs have our dispatcher, and us as `PySide6.QtAsyncio`."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from interpreter import AGAIN, REASON, run_python
from process import BINDING

if TYPE_CHECKING:
    from pathlib import Path

if AGAIN:
    pytest.skip(REASON, allow_module_level=True)

pytestmark = pytest.mark.slow

pyside_only = pytest.mark.skipif(BINDING != "PySide6", reason="it is a name of PySide6")


def run_program(source: str, folder: Path, **environment: str | None) -> list[str]:
    """Run a program that has to end silently with status 0; return the lines it has written."""
    source = textwrap.dedent(source).replace("BINDING", BINDING)
    (folder / "program.py").write_text(source)
    # The platform offscreen warns that it does not do all that a main window asks for.
    variables = {"QT_API": None, "QT_LOGGING_RULES": "default.warning=false", **environment}
    done = run_python("-m", "QtAsyncio", "program.py", folder=folder, environment=variables)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    return done.stdout.splitlines()


def test_an_application_gets_our_dispatcher(tmp_path: Path) -> None:
    output = run_program(
        """
        import sys
        print(sorted({"PySide6", "PyQt6"} & set(sys.modules)))
        from BINDING import QtCore, QtWidgets
        app = QtWidgets.QApplication(sys.argv)
        print(QtCore.QAbstractEventDispatcher.instance().metaObject().className())
        QtCore.QTimer.singleShot(0, app.quit)
        app.exec()
        print(sorted({"PySide6", "PyQt6"} & set(sys.modules)))
        """,
        tmp_path,
    )
    assert output[0::2] == ["[]", f"['{BINDING}']"]
    assert output[1].startswith("QtAsyncio::EventDispatcher")


@pyside_only
def test_every_import_of_the_seeds_name_gives_this_package(tmp_path: Path) -> None:
    output = run_program(
        """
        import importlib, sys
        import PySide6.QtAsyncio
        import PySide6.QtAsyncio as first
        from PySide6 import QtAsyncio as second
        from PySide6.QtAsyncio import QAsyncioEventLoopPolicy, run
        third = importlib.import_module("PySide6.QtAsyncio")

        import QtAsyncio
        print({id(each) for each in (first, second, third, PySide6.QtAsyncio)} == {id(QtAsyncio)})
        print(QAsyncioEventLoopPolicy is QtAsyncio.QAsyncioEventLoopPolicy, run is QtAsyncio.run)
        spec = QtAsyncio.__spec__
        print(QtAsyncio.__name__, QtAsyncio.__package__, spec.name)
        print(spec.origin == QtAsyncio.__file__, spec.parent)
        print(QtAsyncio.__loader__ is spec.loader, importlib.reload(first) is QtAsyncio)
        """,
        tmp_path,
    )
    assert output == [
        "True",
        "True True",
        "QtAsyncio QtAsyncio QtAsyncio",
        "True QtAsyncio",
        "True True",
    ]


@pyside_only
def test_the_real_one_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "addons" / "QtAsyncio").mkdir(parents=True)
    (tmp_path / "addons" / "QtAsyncio" / "__init__.py").write_text("raise SystemExit('real')")
    source = """
        import PySide6
        PySide6.__path__.insert(0, "addons")
        from PySide6 import QtAsyncio
        print(QtAsyncio.__name__)
        """
    assert run_program(source, tmp_path) == ["QtAsyncio"]


@pyside_only
@pytest.mark.parametrize("variable", [None, "pyqt6"])
def test_the_seeds_name_chooses_its_binding(variable: str | None, tmp_path: Path) -> None:
    source = """
        import asyncio, sys
        import PySide6.QtAsyncio as QtAsyncio
        print(QtAsyncio.run(asyncio.sleep(0, 7), keep_running=False), "PyQt6" in sys.modules)
        """
    assert run_program(source, tmp_path, QT_API=variable) == ["7 False"]


def test_plain_python_keeps_its_own(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text("import QtAsyncio, PySide6.QtAsyncio as real; print(real)")
    done = run_python("program.py", folder=tmp_path)
    assert "site-packages/QtAsyncio/" not in done.stdout


@pyside_only
def test_the_seeds_minimal_program_runs_unchanged(tmp_path: Path) -> None:
    """A button starts a coroutine that sets a text: the shape of the first published example."""
    output = run_program(
        """
        from PySide6.QtCore import Qt, QTimer
        from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QPushButton, QVBoxLayout
        from PySide6.QtWidgets import QWidget

        import PySide6.QtAsyncio as QtAsyncio

        import asyncio
        import sys


        class Window(QMainWindow):
            def __init__(self):
                super().__init__()
                content = QWidget()
                self.setCentralWidget(content)
                layout = QVBoxLayout(content)
                self.label = QLabel("before")
                layout.addWidget(self.label, alignment=Qt.AlignmentFlag.AlignCenter)
                self.button = QPushButton(text="Start")
                self.button.clicked.connect(lambda: asyncio.ensure_future(self.set_text()))
                layout.addWidget(self.button, alignment=Qt.AlignmentFlag.AlignCenter)

            async def set_text(self):
                await asyncio.sleep(0.05)
                self.label.setText("after")
                print(self.label.text(), type(asyncio.get_running_loop()).__name__)
                QTimer.singleShot(0, self.close)


        if __name__ == "__main__":
            app = QApplication(sys.argv)
            window = Window()
            window.show()
            QTimer.singleShot(0, window.button.click)

            QtAsyncio.run(handle_sigint=True)
            print("end")
        """,
        tmp_path,
    )
    assert output == ["after QAsyncioEventLoop", "end"]


@pyside_only
def test_the_seeds_second_program_runs_unchanged(tmp_path: Path) -> None:
    """Coroutines on a tick that emit a signal, started by the one that is run: its other shape."""
    output = run_program(
        """
        import asyncio, sys
        import PySide6.QtAsyncio as QtAsyncio
        from PySide6.QtCore import QObject, Signal, Slot
        from PySide6.QtWidgets import QApplication, QLabel

        class Window(QLabel):
            marked = Signal(int, str)

            def __init__(self):
                super().__init__()
                self.marks = []
                self.marked.connect(self.mark)

            @Slot(int, str)
            def mark(self, number, colour):
                self.marks.append((number, colour))
                if len(self.marks) == 4:
                    print(sorted(self.marks))
                    self.close()

        class Sieve(QObject):
            def __init__(self, window):
                super().__init__()
                self.window = window

            async def start(self):
                for step, colour in (2, "red"), (3, "blue"):
                    asyncio.create_task(self.multiples(step, colour))
                before = asyncio.get_event_loop().time()
                await asyncio.sleep(0.01)
                print(asyncio.get_event_loop().time() > before)

            async def multiples(self, step, colour):
                for number in (step, 2 * step):
                    await asyncio.sleep(0.02)
                    self.window.marked.emit(number, colour)

        app = QApplication(sys.argv)
        window = Window()
        window.show()
        QtAsyncio.run(Sieve(window).start(), handle_sigint=True)
        """,
        tmp_path,
    )
    assert output == ["True", "[(2, 'red'), (3, 'blue'), (4, 'red'), (6, 'blue')]"]
