# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""What the package brings for programs that know nothing of it: platform plugins, a library."""

from __future__ import annotations

import re
from pathlib import Path

PACKAGE = Path(__file__).absolute().parent
#: For QT_PLUGIN_PATH; its folder `platforms` has one plugin for each minor release of Qt.
PLUGINS = PACKAGE / "plugins"
PRELOAD_LIBRARY = PACKAGE / "lib" / "libQtAsyncioPreload.so"

_PLUGIN = re.compile(r"libqtasyncio-6\.(\d+)\.so")


def qt_minors() -> list[int]:
    """Return for which minor releases of Qt 6 there is a platform plugin: Qt takes no other."""
    names = [_PLUGIN.fullmatch(path.name) for path in (PLUGINS / "platforms").glob("*.so")]
    return sorted(int(name[1]) for name in names if name is not None)
