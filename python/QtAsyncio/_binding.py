# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Which Python binding of Qt the program uses, and what is asked of it."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import os
import sys
import threading
import warnings
from typing import TYPE_CHECKING, Any

from . import _embedded, _native

if TYPE_CHECKING:
    from types import ModuleType

BINDINGS = ("PySide6", "PyQt6")
#: The modules that know which C++ objects there are for objects of Python.
_WRAPPERS = {"PySide6": "shiboken6", "PyQt6": "PyQt6.sip"}
_OLDEST_QT = (6, 4)

#: Held where several threads may be the first to use one of Qt's classes: PySide6 makes it then,
#: and a thread that comes in between finds half of it. Recursive: garbage may be collected there.
first_use = threading.RLock()


def is_part(module: str) -> bool:
    """Return whether a module is one of Qt's, such as QtCore, in a binding that can be used."""
    package, _, name = module.partition(".")
    return package in BINDINGS and name.startswith("Qt")


def loaded() -> str | None:
    """Return the binding whose QtCore the program has imported, if any."""
    return next((name for name in BINDINGS if f"{name}.QtCore" in sys.modules), None)


@functools.cache
def wrappers(binding: str) -> Any:
    """Return shiboken6 or PyQt6.sip.

    It is imported once, because coroutines that the interpreter's exit ends cannot import. No
    import statement names it, because a tool that freezes a program would collect both bindings.
    """
    return importlib.import_module(_WRAPPERS[binding])


def embedded() -> bool:
    """Return whether Qt was loaded by somebody else, such as a program that embeds Python."""
    return not loaded() and _native.has_qt()


def core() -> ModuleType:
    """Return QtCore of the loaded binding; without one, choose and import it.

    The choice is `QT_API` (`pyside6` or `pyqt6`), else PySide6, else PyQt6. In a program that has
    loaded Qt without a binding, C++ that embeds Python, none is imported: `_embedded` does.

    Raises:
        ImportError: If there is no binding.
    """
    if embedded():
        return _embedded
    return importlib.import_module(f"{loaded() or choice()[0]}.QtCore")


def installed() -> list[str]:
    """Return the bindings that could be imported, the preferred one first."""
    return [name for name in BINDINGS if importlib.util.find_spec(name) is not None]


def choice() -> tuple[str, str]:
    """Return the binding to import where the program has imported none, and why it is that one.

    Raises:
        ImportError: If there is no binding.
    """
    wanted = os.environ.get("QT_API", "")
    named = [name for name in BINDINGS if name.lower() == wanted.lower()]
    candidates = [name for name in installed() if name in (named or BINDINGS)]
    if not candidates:
        raise ImportError(_complaint(wanted, named))
    if named:
        return candidates[0], f"QT_API={wanted} says so"
    if len(candidates) == 1:
        return candidates[0], "no other is installed"
    return candidates[0], "it goes before PyQt6, and QT_API does not name one"


def _complaint(wanted: str, named: list[str]) -> str:
    """Return what to do where `QT_API` allows for none of the bindings, or there is none."""
    if named and (present := installed()):
        return (
            f"QT_API={wanted} asks for {named[0]}, which is not installed: install it with "
            f"'pip install {named[0]}', or unset QT_API to use {present[0]}."
        )
    asked = f" (QT_API={wanted})" if wanted else ""
    return (
        f"QtAsyncio needs a Python binding of Qt 6 and finds none{asked}: "
        "install one with 'pip install PySide6' or 'pip install PyQt6'."
    )


def check_versions() -> None:
    """Refuse a Qt that is too old, and warn of a release that is known to crash.

    Raises:
        ImportError: Qt is older than 6.4.
    """
    if embedded():
        return  # its loader refuses to load our libraries
    name = loaded()
    version = core().qVersion()
    if _numbers(version)[:2] < _OLDEST_QT:
        raise ImportError(
            f"QtAsyncio needs Qt 6.4 or newer, but {name} brings Qt {version}: "
            f"install a newer one with 'pip install \"{name}>=6.4\"'."
        )
    if name == "PySide6" and _is_broken(sys.modules["PySide6"].__version__):
        warnings.warn(
            "PySide6 6.12.0 drops a reference to None in each call of a void function and "
            "aborts a Python older than 3.12 after some thousand calls: "
            "install another release with 'pip install \"PySide6<6.12\"', or use Python 3.12.",
            RuntimeWarning,
            stacklevel=2,
        )


def compared_with_build() -> str:
    """Return which Qt our libraries were compiled with, and which one they have met here."""
    compiled = f"It was compiled with Qt {_native.compiled_with_qt}"
    if embedded():
        return f"{compiled}."
    name, version = loaded(), core().qVersion()
    text = f"{compiled}, and {name} brings Qt {version}."
    if _numbers(_native.compiled_with_qt) > _numbers(version):
        text += f" Install a newer {name}, or compile QtAsyncio with a Qt that is not newer."
    return text


def _is_broken(pyside_version: str) -> bool:
    return _numbers(pyside_version) == (6, 12, 0) and sys.version_info < (3, 12)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:3] if part.isdecimal())


def application() -> Any:
    """Return the application object, or None."""
    return core().QCoreApplication.instance()
