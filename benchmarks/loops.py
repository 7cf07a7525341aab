# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""How each event loop is set up and made to run a coroutine.

Only what costs no time is imported at the top: the benchmark of the start measures the rest.
"""

from __future__ import annotations

import importlib
import importlib.util
import os

TYPE_CHECKING = False  # the module typing is slow to import
if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable
    from typing import Any

    Main = Callable[[], Awaitable[Any]]

# The modules that a loop needs; of a Qt binding, the benchmarks use these two.
_QT_MODULES = {
    "pyside6": ("PySide6.QtCore", "PySide6.QtGui"),
    "pyqt6": ("PyQt6.QtCore", "PyQt6.QtGui"),
}
LOOPS = {
    "asyncio": (),
    "uvloop": ("uvloop",),
    "pyside": (*_QT_MODULES["pyside6"], "PySide6.QtAsyncio"),
    "qasync-pyside6": (*_QT_MODULES["pyside6"], "qasync"),
    "qasync-pyqt6": (*_QT_MODULES["pyqt6"], "qasync"),
    "qtinter-pyside6": (*_QT_MODULES["pyside6"], "qtinter"),
    "qtinter-pyqt6": (*_QT_MODULES["pyqt6"], "qtinter"),
    "ours": ("QtAsyncio", *_QT_MODULES["pyside6"]),
    "ours-pyside6": ("QtAsyncio", *_QT_MODULES["pyside6"]),
    "ours-pyqt6": ("QtAsyncio", *_QT_MODULES["pyqt6"]),
}
_keep_alive: list[Any] = []


def binding_of(loop: str) -> str | None:
    """Return the package of the Qt binding that a loop runs with."""
    modules = [module for module in LOOPS[loop] if module.endswith(".QtCore")]
    return modules[0].partition(".")[0] if modules else None


def missing_module(loop: str) -> str | None:
    """Return a module that the loop needs and that is not installed."""
    for module in LOOPS[loop]:
        try:
            found = importlib.util.find_spec(module)
        except ModuleNotFoundError:  # the package around it
            found = None
        if found is None:
            return module
    return None


def run_loop(loop: str, main: Main, application: str) -> Any:
    """Run the coroutine `main()` on a loop and return its result.

    *application* is core, gui, widgets or none: the application object that is made first.
    """
    kind = loop.partition("-")[0]
    if kind == "ours":
        importlib.import_module("QtAsyncio")  # before the binding, as programs do
    binding = binding_of(loop)
    if binding is not None:
        make_application(binding, application)
    return _RUNNERS[kind](binding or "", main)


def make_application(binding: str, application: str) -> Any:
    """Make the application object of a kind, and return it; it is kept alive."""
    core = importlib.import_module(f"{binding}.QtCore")
    gui = importlib.import_module(f"{binding}.QtGui")
    if application == "none":
        return None
    if application == "widgets":
        cls = importlib.import_module(f"{binding}.QtWidgets").QApplication
    else:
        cls = gui.QGuiApplication if application == "gui" else core.QCoreApplication
    _keep_alive.append(cls(["benchmark"]))
    return _keep_alive[-1]


def _run_asyncio(_binding: str, main: Main) -> Any:
    import asyncio

    return _run_until_complete(asyncio.new_event_loop(), main)


def _run_uvloop(_binding: str, main: Main) -> Any:
    import uvloop

    return _run_until_complete(uvloop.new_event_loop(), main)


def _run_qasync(binding: str, main: Main) -> Any:
    os.environ["QT_API"] = binding.lower()
    import qasync

    return _run_until_complete(qasync.QEventLoop(_keep_alive[0]), main)


def _run_qtinter(_binding: str, main: Main) -> Any:
    import qtinter

    return _run_until_complete(qtinter.new_event_loop(), main)


def _run_pyside(_binding: str, main: Main) -> Any:
    import PySide6.QtAsyncio

    return _run_by_run(PySide6.QtAsyncio.run, main)


def _run_ours(_binding: str, main: Main) -> Any:
    import QtAsyncio

    return _run_by_run(QtAsyncio.run, main)


def _run_until_complete(loop: asyncio.AbstractEventLoop, main: Main) -> Any:
    import asyncio

    asyncio.set_event_loop(loop)
    try:
        return loop.run_until_complete(main())
    finally:
        loop.close()


def _run_by_run(run: Callable[..., Any], main: Main) -> Any:
    results = []  # run() of PySide6 does not hand every result back

    async def wrapper() -> None:
        results.append(await main())

    run(wrapper(), keep_running=False)
    if not results:
        raise RuntimeError("run() returned before the coroutine had finished")
    return results[0]


_RUNNERS = {
    "asyncio": _run_asyncio,
    "uvloop": _run_uvloop,
    "pyside": _run_pyside,
    "qasync": _run_qasync,
    "qtinter": _run_qtinter,
    "ours": _run_ours,
}
