# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Print as JSON all that a program can see of its platform, from a window that is shown.

    dump.py none|import shown|active

With `import` the program imports QtAsyncio first, else it knows nothing of it. What is printed
must not depend on that, but for the part called "dispatcher". With `active` the window is waited
for until it has the focus, without which an input method or a clipboard may be another.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

if sys.argv[1] == "import":
    importlib.import_module("QtAsyncio")

_BINDING = {"pyside6": "PySide6", "pyqt6": "PyQt6"}[os.environ["QT_API"]]
QtCore: Any = importlib.import_module(f"{_BINDING}.QtCore")
QtGui: Any = importlib.import_module(f"{_BINDING}.QtGui")
QtWidgets: Any = importlib.import_module(f"{_BINDING}.QtWidgets")


def text_of(value: Any) -> str:
    """Return a value in words, without the addresses that differ in each process."""
    return re.sub("0x[0-9a-f]+", "0x", repr(value))


def properties(qobject: Any) -> dict[str, str]:
    meta, found = qobject.metaObject(), {"class": qobject.metaObject().className()}
    for i in range(meta.propertyCount()):
        with suppress(RuntimeError, TypeError):  # types that the binding does not know
            found[meta.property(i).name()] = text_of(meta.property(i).read(qobject))
    return found


def of_native_interface(app: Any) -> dict[str, Any]:
    """PySide6 alone gives it to Python."""
    if _BINDING == "PyQt6" or app.nativeInterface() is None:
        return {}
    native = app.nativeInterface()
    names = [
        name for name in ("connection", "display", "compositor", "seat") if hasattr(native, name)
    ]
    return {
        "class": type(native).__name__,
        **{name: bool(getattr(native, name)()) for name in names},
    }


def of_window(window: Any) -> dict[str, Any]:
    names = ("surfaceType", "frameMargins", "devicePixelRatio", "windowStates", "flags", "type")
    seen = {name: text_of(getattr(window, name)()) for name in names}
    return {**seen, "has an id": bool(window.winId()), "format": of_format(window.format())}


def of_format(surface_format: Any) -> dict[str, str]:
    names = ["renderableType", "profile", "version", "options", "swapBehavior", "swapInterval"]
    names += ["redBufferSize", "alphaBufferSize", "depthBufferSize", "stencilBufferSize", "samples"]
    return {name: text_of(getattr(surface_format, name)()) for name in names}


def of_opengl() -> dict[str, Any]:
    """Return what a context of OpenGL is like, or that there is none."""
    context, surface = QtGui.QOpenGLContext(), QtGui.QOffscreenSurface()
    if not context.create():
        return {"created": False}
    surface.create()
    is_current = context.makeCurrent(surface)
    extensions = sorted(bytes(name).decode() for name in context.extensions()) if is_current else []
    context.doneCurrent()
    return {
        "created": True,
        "is current": is_current,
        "is GLES": context.isOpenGLES(),
        "extensions": extensions,
        "format": of_format(context.format()),
    }


def of_clipboard() -> dict[str, Any]:
    clipboard = QtGui.QGuiApplication.clipboard()
    clipboard.setText("copied")
    modes = ("supportsSelection", "supportsFindBuffer", "ownsClipboard", "ownsSelection")
    return {"text": clipboard.text(), **{name: getattr(clipboard, name)() for name in modes}}


def of_drag(widget: Any) -> dict[str, str]:
    drag = QtGui.QDrag(widget)
    seen = {"default": text_of(drag.defaultAction()), "supported": text_of(drag.supportedActions())}
    drag.deleteLater()
    return seen


def of_theme(app: Any) -> dict[str, Any]:
    palette, roles = app.palette(), QtGui.QPalette.ColorRole
    colors = (roles.Window, roles.WindowText, roles.Base, roles.Text, roles.Button, roles.Highlight)
    return {
        "style": app.style().objectName(),
        "styles": QtWidgets.QStyleFactory.keys(),
        "icons": [QtGui.QIcon.themeName(), QtGui.QIcon.fallbackThemeName()],
        "icon folders": QtGui.QIcon.themeSearchPaths(),
        "palette": [palette.color(role).name() for role in colors],
        "hints": properties(app.styleHints()),
        "tray": QtWidgets.QSystemTrayIcon.isSystemTrayAvailable(),
    }


def of_fonts(app: Any) -> dict[str, Any]:
    database, kinds = QtGui.QFontDatabase, QtGui.QFontDatabase.SystemFont
    fonts = (kinds.GeneralFont, kinds.FixedFont, kinds.TitleFont, kinds.SmallestReadableFont)
    return {
        "application": app.font().toString(),
        "of system": [database.systemFont(kind).toString() for kind in fonts],
        "families": sorted(database.families()),
    }


def of_input_method(method: Any) -> dict[str, str]:
    """Leave out the rectangles, which it learns of a window some time after its focus."""
    seen = properties(method)
    return {name: value for name, value in seen.items() if not name.endswith("Rectangle")}


def of_devices() -> list[list[str]]:
    devices = QtGui.QInputDevice.devices()
    return sorted([it.name(), text_of(it.type()), it.seatName()] for it in devices)


def plugins() -> list[str]:
    """Return the plugins of Qt that have been loaded: platform, theme, input context and others."""
    paths = set(re.findall(r"/\S+/Qt6?/plugins/\S+", Path("/proc/self/maps").read_text()))
    return sorted(Path(path).name for path in paths)


def of_dispatcher() -> dict[str, Any]:
    dispatcher = QtCore.QAbstractEventDispatcher.instance()
    by = dispatcher.property("qtasyncio_activation")
    return {"class": dispatcher.metaObject().className(), "activation": by}


def dump(app: Any, window: Any) -> dict[str, Any]:
    return {
        "platform": QtGui.QGuiApplication.platformName(),
        "application": properties(app),
        "native interface": of_native_interface(app),
        "window": of_window(window.windowHandle()),
        "screens": [properties(screen) for screen in app.screens()],
        "devices": of_devices(),
        "input method": of_input_method(app.inputMethod()),
        "clipboard": of_clipboard(),
        "drag and drop": of_drag(window),
        "theme": of_theme(app),
        "fonts": of_fonts(app),
        "opengl": of_opengl(),
        "plugins": plugins(),
        "dispatcher": of_dispatcher(),
    }


def print_when_shown(app: Any, window: Any) -> None:
    """Print it if the platform shows the window by now; a timer calls again and again."""
    is_ready = window.isActiveWindow() or sys.argv[2] == "shown"
    if is_ready and window.windowHandle().isExposed():
        sys.stdout.write(json.dumps(dump(app, window)))
        app.quit()


app = QtWidgets.QApplication(sys.argv[:1])
window = QtWidgets.QWidget()
window.resize(200, 100)
window.show()
timer = QtCore.QTimer()
timer.timeout.connect(lambda: print_when_shown(app, window))
timer.start(10)
sys.exit(app.exec())
