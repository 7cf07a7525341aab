# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A package that lacks compiled files, or is in a zip file, says so and what to do."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

import QtAsyncio
from conftest import QtCore
from interpreter import once, run_python
from process import BINDING
from QtAsyncio import _native

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
        f"QtAsyncio cannot be imported: there is no {extension.name} in {package}. "
        "Install QtAsyncio again with pip."
    )


def test_extension_module_of_another_python_is_named(package: Path) -> None:
    (extension,) = package.glob("_native.*.so")
    extension.rename(package / "_native.cpython-27-x86_64-linux-gnu.so")
    assert import_error(package.parent) == (
        f"QtAsyncio cannot be imported: there is no {extension.name} in {package}. There is "
        "_native.cpython-27-x86_64-linux-gnu.so, which is for another Python. Install QtAsyncio "
        "with the pip of this Python."
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
        f"QtAsyncio cannot load its dispatcher: there is no {library} in {package / 'lib'}. "
        "Install QtAsyncio again with pip."
    )


def test_library_that_a_tool_left_out_is_named(package: Path) -> None:
    (package / "lib" / LIBRARIES[0]).unlink()
    source = f"import sys; sys.frozen = True; import QtAsyncio; from {BINDING} import QtCore"
    assert import_error(package.parent, source) == (
        f"QtAsyncio cannot load its dispatcher: there is no {LIBRARIES[0]} in {package / 'lib'}. "
        "The tool that froze this program left it out; QtAsyncio's docs/freezing.md says how to "
        "include it."
    )


def test_broken_library_keeps_its_own_error_where_another_is_missing(package: Path) -> None:
    """The dispatcher does without that one, which cannot be the reason."""
    (package / "lib" / "libQtAsyncioDispatcherV2.so").unlink()
    library = package / "lib" / LIBRARIES[0]
    library.unlink()
    library.write_text("This is no library, though it is as long as a header.".ljust(4096))
    source = f"import QtAsyncio; from {BINDING} import QtCore"
    assert import_error(package.parent, source).startswith(
        f"QtAsyncio cannot load its dispatcher: {library}: invalid ELF header. It was compiled with"
    )


#: A library that needs more than the Qt at hand has.
_OF_A_NEWER_QT = 'extern "C" { void qt_newer(); int qtasyncio_install() { qt_newer(); return 0; } }'


@pytest.mark.parametrize(
    ("compiled_with", "advice"),
    [
        (
            "6.99.1",
            f" Install a newer {BINDING}, or compile QtAsyncio with a Qt that is not newer.",
        ),
        ("6.4.0", ""),
    ],
)
def test_library_that_this_qt_cannot_serve_names_both_versions(
    package: Path, compiled_with: str, advice: str
) -> None:
    library = package / "lib" / LIBRARIES[0]
    library.unlink()
    command = ["g++", "-shared", "-fPIC", "-x", "c++", "-", "-o", str(library)]
    subprocess.run(command, input=_OF_A_NEWER_QT, text=True, check=True, timeout=60)
    source = (
        f"import QtAsyncio; QtAsyncio._native.compiled_with_qt = {compiled_with!r}; "
        f"from {BINDING} import QtCore"
    )
    assert import_error(package.parent, source) == (
        f"QtAsyncio cannot load its dispatcher: {library}: undefined symbol: qt_newer. "
        f"It was compiled with Qt {compiled_with}, and {BINDING} brings Qt {QtCore.qVersion()}."
        f"{advice}"
    )


def test_extension_module_knows_the_qt_that_it_was_compiled_with() -> None:
    assert re.fullmatch(r"6\.\d+\.\d+", _native.compiled_with_qt)


def test_package_in_a_zip_file_says_so(package: Path) -> None:
    archive = package.with_suffix(".zip")
    with zipfile.ZipFile(archive, "w") as file:
        for part in package.rglob("*"):
            file.write(part, part.relative_to(package.parent))
    shutil.rmtree(package)
    assert import_error(archive) == (
        "QtAsyncio cannot be imported: Python can load neither extension modules nor libraries "
        f"from a zip file, and the package is in {archive}. Keep QtAsyncio in a folder, as pip "
        "installs it."
    )
