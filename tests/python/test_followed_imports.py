# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""What a tool that freezes programs finds by following the package's import statements."""

from __future__ import annotations

import ast
import re
from importlib.util import resolve_name
from pathlib import Path
from typing import TYPE_CHECKING

import QtAsyncio
from interpreter import once

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(QtAsyncio.__file__).parent
SOURCES = {
    ".".join(("QtAsyncio", *file.relative_to(PACKAGE).with_suffix("").parts)): file.read_text()
    for file in PACKAGE.rglob("*.py")
}

ROOT = Path(__file__).resolve().parents[2]
_IMPORT = re.compile(r'PyImport_ImportModule\("(QtAsyncio\.\w+)"\)')

pytestmark = once


def statements(source: str) -> Iterator[ast.AST]:
    """Yield all nodes but those that only a type checker looks at."""
    waiting: list[ast.AST] = [ast.parse(source)]
    while waiting:
        node = waiting.pop()
        yield node
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            waiting.extend(ast.iter_child_nodes(node))


def imported(module: str) -> Iterator[str]:
    """Return the names in import statements, and the texts in calls of import_module()."""
    package = module.rpartition(".")[0]
    for node in statements(SOURCES[module]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = resolve_name("." * node.level + (node.module or ""), package)
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield from (str(it.value) for it in node.args if isinstance(it, ast.Constant))


def followed(program: str) -> set[str]:
    """Return the modules of the package that a tool finds for a program which imports one."""
    found, waiting = set(), [program]
    while waiting:
        for module in (name := waiting.pop(), f"{name}.__init__"):
            if module in SOURCES and module not in found:
                found.add(module)
                waiting.extend(imported(module))
    return found


def test_no_import_statement_names_a_binding() -> None:
    assert "asyncio" in imported("QtAsyncio.__init__")
    for module in SOURCES:
        for name in imported(module):
            assert not name.startswith(("PySide6", "shiboken6", "PyQt6")), (module, name)


def test_import_statements_reach_all_modules_that_a_program_needs() -> None:
    """The native half may import them by name too, and the package late."""
    parts = ("QtAsyncio.__pyinstaller.", "QtAsyncio.qasync.")  # found where they are used
    found = followed("QtAsyncio") | followed("QtAsyncio.__main__")
    assert {module for module in set(SOURCES) - found if not module.startswith(parts)} == set()
    native = (ROOT / "python" / "src").glob("*.cpp")
    named = {name for file in native for name in _IMPORT.findall(file.read_text())}
    assert "QtAsyncio._callbacks" in named
    assert named <= followed("QtAsyncio")
