# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""What is missing of the package's compiled files, for instance in a frozen program."""

from __future__ import annotations

import importlib.util
import sys
import sysconfig
from typing import TYPE_CHECKING

from ._installation import LIBRARIES, PACKAGE

if TYPE_CHECKING:
    from pathlib import Path


def explain_extension(error: ImportError) -> None:
    """Say why the package has no extension module for this Python, if it has none.

    Raises:
        ImportError: If there is none.
    """
    module = f"{__package__}._native"
    if importlib.util.find_spec(module) is None:
        file = PACKAGE / _extension()
        raise ImportError(_text(file.name, PACKAGE), name=module, path=str(file)) from error


def explain_libraries(folder: Path) -> str | None:
    """Return what to do if a library is missing in the folder, or None if all are there."""
    missing = [name for name in LIBRARIES if not (folder / name).exists()]
    return _text(missing[0], folder) if missing else None


def _text(name: str, folder: Path) -> str:
    archive = next((it for it in PACKAGE.parents if it.is_file()), None)
    if archive is not None:
        return (
            f"QtAsyncio is in the zip file {archive}, and neither an extension module nor a "
            "library can be loaded from there: keep QtAsyncio in a folder, as pip installs it."
        )
    return f"{name} is missing, which was looked for in {folder}: {_advice()}"


def _advice() -> str:
    if getattr(sys, "frozen", False) or "__compiled__" in globals():
        return (
            "the tool that froze this program has left it out. docs/freezing.md of QtAsyncio says "
            "what to tell the tool."
        )
    others = sorted(file.name for file in PACKAGE.glob("_native.*.so"))
    if others and not (PACKAGE / _extension()).exists():
        return (
            f"there is {others[0]} for another Python. Install QtAsyncio with pip of this Python."
        )
    return "install QtAsyncio again, with pip."


def _extension() -> str:
    return f"_native{sysconfig.get_config_var('EXT_SUFFIX')}"
