# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""What PyInstaller does not see by itself: libraries, a platform plugin, and perhaps a binding.

PyInstaller reads the names of the variables and calls `hook` when it knows all imports.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import PyInstaller
from PyInstaller.log import getLogger
from PyInstaller.utils.hooks import collect_submodules, copy_metadata, get_package_paths

if int(PyInstaller.__version__.partition(".")[0]) < 6:  # it copies libraries away from each other
    raise SystemExit(
        f"QtAsyncio needs PyInstaller 6 or newer, and this is {PyInstaller.__version__}: install "
        "one with 'pip install \"pyinstaller>=6\"'."
    )

from PyInstaller.utils.hooks.qt import get_qt_library_info

_PACKAGE = Path(get_package_paths("QtAsyncio")[1])
_BINDINGS = ("PySide6", "PyQt6")
_LIBRARIES = ("Dispatcher", "DispatcherV2", "Factory")

hiddenimports = collect_submodules("QtAsyncio", lambda name: not name.startswith("QtAsyncio.__"))
binaries = [(str(_PACKAGE / "lib" / f"libQtAsyncio{it}.so"), "QtAsyncio/lib") for it in _LIBRARIES]
#: They find each other; a link in the program's own folder would hide where they are.
bindepend_symlink_suppression = ["**/QtAsyncio/lib/*.so"]
datas = []  # codespell:ignore datas
with contextlib.suppress(PackageNotFoundError):  # it is in a build folder
    datas += copy_metadata("QtAsyncio")  # codespell:ignore datas


def hook(api: Any) -> None:
    """Settle which binding is collected, and collect what is for its Qt."""
    binding = _imported_binding(api) or _chosen_binding()
    if binding is None:
        return
    api.add_imports(f"{binding}.QtCore")
    qt = get_qt_library_info(binding)
    if qt.version is None:
        return  # it cannot be imported, of which PyInstaller warns
    # PyInstaller asks ldd for what our libraries need, and ldd knows only the system's Qt.
    folders = (qt.location["LibrariesPath"], os.environ.get("LD_LIBRARY_PATH"))
    os.environ["LD_LIBRARY_PATH"] = os.pathsep.join(filter(None, folders))
    if _is_collected(api, f"{binding}.QtGui") or _is_collected(api, f"{binding}.QtWidgets"):
        _add_platform_plugin(api, minor=qt.version[1])


def _add_platform_plugin(api: Any, minor: int) -> None:
    """Collect the plugin for one Qt, where the program's user sets QT_QPA_PLATFORM=qtasyncio."""
    plugin = _PACKAGE / "plugins" / "platforms" / f"libqtasyncio-6.{minor}.so"
    if plugin.exists():
        api.add_binaries([(str(plugin), "QtAsyncio/plugins/platforms")])


def _is_collected(api: Any, module: str) -> bool:
    node = api.module_graph.find_node(module)
    return node is not None and type(node).__name__ not in ("MissingModule", "ExcludedModule")


def _imported_binding(api: Any) -> str | None:
    """Return the binding that the program imports; of two PyInstaller complains itself."""
    return next((name for name in _BINDINGS if _is_collected(api, name)), None)


def _chosen_binding() -> str | None:
    """Return what QtAsyncio imports where the program imports no binding, and say so."""
    installed = [name for name in _BINDINGS if importlib.util.find_spec(name) is not None]
    named = [name for name in installed if name.lower() == os.environ.get("QT_API", "").lower()]
    binding = next(iter(named or installed), None)
    if binding is None:
        _log("warning", "no binding is installed: install PySide6 or PyQt6 for the program.")
    elif len(installed) == 1 or named:
        _log("info", f"the program imports no binding of Qt itself: {binding} is collected.")
    else:
        _log(
            "warning",
            f"the program imports neither PySide6 nor PyQt6 and both are installed, so {binding} "
            "is collected: import the one you mean, or run PyInstaller with QT_API=pyside6 or "
            "QT_API=pyqt6.",
        )
    return binding


def _log(level: str, text: str) -> None:
    getattr(getLogger(__name__), level)("QtAsyncio: %s", text)
