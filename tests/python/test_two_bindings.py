# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""PySide6 and PyQt6 in one process: what their loaders do about it is told in plain words."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from interpreter import once, run_python
from process import BINDING, OTHER_BINDING
from QtAsyncio import _two_bindings

if TYPE_CHECKING:
    from pathlib import Path

NOTE = (
    f"QtAsyncio: {OTHER_BINDING} cannot be imported after {BINDING}: each brings a Qt of its own, "
    "and a process can have one of them. See: python -m QtAsyncio info\n"
)
TROUBLES = {
    "undefined symbol": f"/x/{OTHER_BINDING}/QtCore.abi3.so: undefined symbol: _ZN1, version Qt_6",
    "its own loader": f"libshiboken: could not import module '{OTHER_BINDING}.QtGui'",
    "version": f"/lib/libQt6Core.so.6: version `Qt_6.9' not found (required by /{OTHER_BINDING}/x)",
}
#: Which modules one program imports of both, in the order of the bindings that is tested.
MODULES = ["QtCore", "QtWidgets"]

both_installed = pytest.mark.skipif(
    importlib.util.find_spec(OTHER_BINDING) is None, reason="the other binding is not installed"
)


@pytest.mark.parametrize("trouble", TROUBLES)
def test_note_explains_the_loaders_errors(trouble: str) -> None:
    assert _two_bindings.note(ImportError(TROUBLES[trouble])) == NOTE


@pytest.mark.parametrize(
    "error",
    [
        ImportError(TROUBLES["version"].replace(OTHER_BINDING, BINDING)),
        ImportError(f"cannot import name 'nonsense' from '{OTHER_BINDING}.QtCore'"),
        ModuleNotFoundError(f"No module named '{OTHER_BINDING}'"),
        ValueError(TROUBLES["undefined symbol"]),
        None,
    ],
)
def test_note_is_silent_about_other_errors(error: BaseException | None) -> None:
    assert _two_bindings.note(error) == ""


def test_a_process_with_one_binding_has_nothing_to_tell() -> None:
    assert _two_bindings.in_this_process() is None
    assert _two_bindings.in_this_installation({BINDING: "6.11.2"}) is None


def test_a_process_with_both_bindings_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, OTHER_BINDING, ModuleType(OTHER_BINDING))
    told = _two_bindings.in_this_process()
    assert told is not None
    assert told.startswith(f"{OTHER_BINDING} was imported after {BINDING} in this process, without")
    monkeypatch.setitem(sys.modules, f"{OTHER_BINDING}.QtCore", ModuleType("QtCore"))
    told = _two_bindings.in_this_process()
    assert told is not None
    assert told.startswith("PySide6 and PyQt6 are both loaded in this process, on one Qt")


@once
@both_installed
@pytest.mark.slow
@pytest.mark.parametrize("second", MODULES)
def test_an_import_of_both_is_explained(second: str, tmp_path: Path) -> None:
    """Whether the import fails depends on the order and the versions: then it is explained."""
    source = f"import {BINDING}.QtCore, {OTHER_BINDING}.{second}"
    (tmp_path / "program.py").write_text(source)
    plain = run_python("program.py", folder=tmp_path)
    ours = run_python("-m", "QtAsyncio", "program.py", folder=tmp_path)
    note = NOTE if "ImportError" in plain.stderr else ""
    assert (ours.returncode, ours.stdout) == (plain.returncode, plain.stdout)
    assert ours.stderr == plain.stderr + note


@once
@both_installed
@pytest.mark.slow
def test_info_tells_of_an_import_that_has_failed(tmp_path: Path) -> None:
    source = f"""
import QtAsyncio, contextlib, sys
import {BINDING}.QtCore
with contextlib.suppress(ImportError):
    import {OTHER_BINDING}.QtCore
failed = "{OTHER_BINDING}.QtCore" not in sys.modules
text = " ".join(QtAsyncio.info().split())
print(("without its QtCore" in text) == failed, ("are both loaded" in text) == (not failed))
"""
    done = run_python("-c", source, folder=tmp_path)
    assert done.stdout == "True True\n", done.stderr


@once
@both_installed
@pytest.mark.slow
def test_the_command_names_both_with_their_qt(tmp_path: Path) -> None:
    versions = {}
    for binding in (BINDING, OTHER_BINDING):
        code = f"from {binding}.QtCore import qVersion; print(qVersion())"
        versions[binding] = run_python("-c", code).stdout.strip()
    done = run_python("-m", "QtAsyncio", "info", folder=tmp_path)
    text = " ".join(done.stdout.split())
    expected = f"PySide6 with Qt {versions['PySide6']} and PyQt6 with Qt {versions['PyQt6']}"
    assert f"Both bindings {expected}. A process can have one of them" in text
    assert "QT_API=pyside6 or QT_API=pyqt6 decides" in text
