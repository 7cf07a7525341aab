# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A package that lacks compiled files, or is in a zip file, says so and what to do."""

from __future__ import annotations

import ast
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import QtAsyncio
from interpreter import once, run_python
from process import BINDING

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(QtAsyncio.__file__).parent
LIBRARIES = ("libQtAsyncioFactory.so", "libQtAsyncioDispatcher.so")

pytestmark = [once, pytest.mark.slow]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Return a copy of the package, whose files may be removed."""
    ignored = shutil.ignore_patterns("__pycache__", "plugins*")
    copy = shutil.copytree(PACKAGE, tmp_path / "QtAsyncio", ignore=ignored)
    return Path(copy)


def import_error(folder: Path, source: str = "import QtAsyncio") -> str:
    """Run a program that cannot import the package in a folder; return its last line."""
    path = {"PYTHONPATH": str(folder)}
    done = run_python("-c", source, folder=folder.parent, environment=path)
    assert done.returncode == 1, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith("ImportError: ")]
    return lines[-1].removeprefix("ImportError: ")


def test_missing_extension_module_is_named(package: Path) -> None:
    (extension,) = package.glob("_native.*.so")
    extension.unlink()
    assert import_error(package.parent) == (
        f"{extension.name} is missing, which was looked for in {package}: "
        "install QtAsyncio again, with pip."
    )


def test_extension_module_of_another_python_is_named(package: Path) -> None:
    (extension,) = package.glob("_native.*.so")
    extension.rename(package / "_native.cpython-27-x86_64-linux-gnu.so")
    assert import_error(package.parent) == (
        f"{extension.name} is missing, which was looked for in {package}: there is "
        "_native.cpython-27-x86_64-linux-gnu.so for another Python. "
        "Install QtAsyncio with pip of this Python."
    )


def test_broken_extension_module_keeps_its_own_error(package: Path) -> None:
    (extension,) = package.glob("_native.*.so")
    extension.unlink()
    extension.write_text("This is no library, though it is as long as a header.".ljust(4096))
    assert import_error(package.parent) == f"{extension}: invalid ELF header"


@pytest.mark.parametrize("library", LIBRARIES)
def test_missing_library_is_named(package: Path, library: str) -> None:
    (package / "lib" / library).unlink()
    source = f"import QtAsyncio; from {BINDING} import QtCore"
    assert import_error(package.parent, source) == (
        f"QtAsyncio cannot load its dispatcher: {library} is missing, which was looked for in "
        f"{package / 'lib'}: install QtAsyncio again, with pip."
    )


def test_library_that_a_tool_left_out_is_named(package: Path) -> None:
    (package / "lib" / LIBRARIES[0]).unlink()
    source = f"import sys; sys.frozen = True; import QtAsyncio; from {BINDING} import QtCore"
    assert import_error(package.parent, source) == (
        f"QtAsyncio cannot load its dispatcher: {LIBRARIES[0]} is missing, which was looked for "
        f"in {package / 'lib'}: the tool that froze this program has left it out. "
        "docs/freezing.md of QtAsyncio says what to tell the tool."
    )


def test_package_in_a_zip_file_says_so(package: Path) -> None:
    archive = package.with_suffix(".zip")
    with zipfile.ZipFile(archive, "w") as file:
        for part in package.rglob("*"):
            file.write(part, part.relative_to(package.parent))
    shutil.rmtree(package)
    assert import_error(archive) == (
        f"QtAsyncio is in the zip file {archive}, and neither an extension module nor a library "
        "can be loaded from there: keep QtAsyncio in a folder, as pip installs it."
    )


def _imported(source: str) -> Iterator[str]:
    """Return what a tool that freezes programs sees: import statements, and calls with a text."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield from (it.value for it in node.args if isinstance(it, ast.Constant))


def test_no_import_statement_names_a_binding() -> None:
    modules = {file: list(_imported(file.read_text())) for file in PACKAGE.rglob("*.py")}
    assert "asyncio" in modules[PACKAGE / "__init__.py"]
    for file, names in modules.items():
        for name in names:
            assert not name.startswith(("PySide6", "shiboken6", "PyQt6")), (file, name)
