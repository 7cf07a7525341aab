# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Explains import errors of a package without its compiled files, as a frozen one may be."""

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
        text = f"QtAsyncio cannot be imported: {_explain(file)}"
        raise ImportError(text, name=module, path=str(file)) from error


def explain_libraries(folder: Path) -> str | None:
    """Return which library is missing in the folder and what to do, or None if none is."""
    missing = [folder / name for name in LIBRARIES if not (folder / name).exists()]
    return _explain(missing[0]) if missing else None


def _explain(file: Path) -> str:
    archive = next((it for it in PACKAGE.parents if it.is_file()), None)
    if archive is not None:
        return (
            "Python can load neither extension modules nor libraries from a zip file, and the "
            f"package is in {archive}. Keep QtAsyncio in a folder, as pip installs it."
        )
    return f"there is no {file.name} in {file.parent}. {_advice()}"


def _advice() -> str:
    if getattr(sys, "frozen", False) or "__compiled__" in globals():
        return (
            "The tool that froze this program left it out; QtAsyncio's docs/freezing.md says how "
            "to include it."
        )
    others = sorted(file.name for file in PACKAGE.glob("_native.*.so"))
    if others and not (PACKAGE / _extension()).exists():
        return (
            f"There is {others[0]}, which is for another Python. Install QtAsyncio with the pip of "
            "this Python."
        )
    return "Install QtAsyncio again with pip."


def _extension() -> str:
    return f"_native{sysconfig.get_config_var('EXT_SUFFIX')}"
