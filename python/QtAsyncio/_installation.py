# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""What the package brings for programs that know nothing of it: platform plugins, a library."""

from __future__ import annotations

import re
from pathlib import Path

PACKAGE = Path(__file__).absolute().parent
PRELOAD_LIBRARY = PACKAGE / "lib" / "libQtAsyncioPreload.so"
FACTORY_LIBRARY = PACKAGE / "lib" / "libQtAsyncioFactory.so"
#: What a loop needs. Without libQtAsyncioDispatcherV2.so the dispatcher warns, and works.
LIBRARIES = (FACTORY_LIBRARY.name, "libQtAsyncioDispatcher.so")

#: For QT_PLUGIN_PATH, or QT_QPA_PLATFORM_PLUGIN_PATH; it has one plugin for each minor release.
_PLUGINS = PACKAGE / "plugins"
#: The one for Qt 6.4 alone, which warns of the others if it sees them.
_PLUGINS_OF_QT_6_4 = PACKAGE / "plugins-6.4"

_PLUGIN = re.compile(r"libqtasyncio-6\.(\d+)\.so")


def plugin_folder(minor: int | None = None) -> Path:
    """Return the folder with the platform plugins for a minor release of Qt 6, or for any."""
    return _PLUGINS_OF_QT_6_4 if minor == 4 and _PLUGINS_OF_QT_6_4.exists() else _PLUGINS


def qt_minors(folder: Path = _PLUGINS) -> list[int]:
    """Return for which minor releases of Qt 6 there is a platform plugin: Qt takes no other."""
    names = [_PLUGIN.fullmatch(path.name) for path in (folder / "platforms").glob("*.so")]
    return sorted(int(name[1]) for name in names if name is not None)


def minor_of(qt: str) -> int | None:
    """Return the minor release of a version such as 6.4.2 or 6.4; None if it is none of Qt 6."""
    match = re.fullmatch(r"6\.(\d+)(\.\S+)?", qt)
    return int(match[1]) if match else None


def advice_about(minor: int) -> str | None:
    """Return what to do instead where there is no platform plugin for a minor release of Qt."""
    if minor in qt_minors():
        return None
    return (
        f"There is none for Qt 6.{minor}: QT_QPA_PLATFORM=qtasyncio cannot work with it. Use "
        "`import QtAsyncio` or `python -m QtAsyncio` instead."
    )
