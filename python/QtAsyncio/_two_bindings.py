# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""PySide6 and PyQt6 in one process: what happens then, in plain words.

Each brings a Qt of its own, and the second one's modules find the first one's libraries, which
are of another version or lack what they need.
"""

from __future__ import annotations

import sys

from . import _binding

#: What the loaders of libraries and of PySide6 say, in the text of their ImportError.
_SYMPTOMS = ("undefined symbol", "could not import module", "version `Qt_6")


def note(error: BaseException | None) -> str:
    """Return a line that explains an exception, if two bindings are its cause, else nothing."""
    loaded, text = _binding.loaded(), str(error)
    if not (isinstance(error, ImportError) and loaded and any(it in text for it in _SYMPTOMS)):
        return ""
    other = next((name for name in _binding.BINDINGS if name != loaded and name in text), None)
    if other is None:
        return ""
    return (
        f"QtAsyncio: {other} cannot be imported after {loaded}: each brings a Qt of its own, and "
        "a process can have one of them. See: python -m QtAsyncio info\n"
    )


def in_this_process() -> str | None:
    """Return a sentence if the program has imported both bindings, or has tried to."""
    loaded = _binding.loaded()
    others = [name for name in _binding.BINDINGS if name in sys.modules and name != loaded]
    if loaded is None or not others:
        return None
    other = others[0]
    if f"{other}.QtCore" in sys.modules:
        return (
            f"{loaded} and {other} are both loaded in this process, on one Qt that only one of "
            f"them was built for. QtAsyncio takes {loaded}. Import only one of them."
        )
    return (
        f"{other} was imported after {loaded} in this process, without its QtCore: that import "
        f"has failed, or would fail, for each brings a Qt of its own. QtAsyncio takes {loaded}."
    )


def in_this_installation(qt_versions: dict[str, str]) -> str | None:
    """Return a sentence if both bindings are installed, given the version of Qt that each has."""
    if len(qt_versions) < 2:
        return None
    with_versions = " and ".join(f"{name} with Qt {qt}" for name, qt in qt_versions.items())
    return (
        f"{with_versions}. A process can have one of them: importing the second one fails "
        "(undefined symbol, could not import module), or it gets a Qt that it was not built for. "
        "QtAsyncio takes the one that the program imports. Where it imports none, QT_API=pyside6 "
        "or QT_API=pyqt6 decides, else it is PySide6."
    )
