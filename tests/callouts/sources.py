# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Finds in the C++ sources where Python and Qt call them, and where they call Python.

The sources are formatted by clang-format, which is why lines are enough to read them: the head of
a function begins in the first column, or in the fifth within a class.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: The functions of Python's C API that may run any Python code and report its exception.
CALLS = re.compile(
    r"\b(PyObject_(?:Call|Vectorcall|GetAttr|SetAttr|Is(?:True|Instance)|RichCompare|GetBuffer"
    r"|Size|Repr|AsFileDescriptor)\w*"
    r"|PyImport_ImportModule|PyErr_(?:CheckSignals|Warn\w+)|PyNumber_\w+"
    r"|PySequence_(?:Fast|Tuple|GetSlice|GetItem)|PyBytes_FromObject"
    r"|PyMemoryView_FromObject|PyContext_(?:Enter|Exit)|PyRun_\w+)\("
)
#: Functions that the import of the module calls, which pybind11 guards as a whole.
IMPORTS = re.compile(r"^(?:initialize\w*|import\w+|registerAsCoroutine|setOf|slotOffset)$")

#: The head of a function in the first column, with its last name; or within a class, with its body.
_HEAD = re.compile(
    r"^(?:template <[^=;]*> )?(?!return|static_assert|using|template)[A-Za-z][^=;#]*?(~?\w+)\("
)
_INLINE = re.compile(
    r"^    (?!return|static_assert)[A-Za-z][^=;#]*?(~?\w+)\([^;]*(?:\{|\)|const|noexcept)"
)
_CLASS = re.compile(r"^class (?:QTASYNCIO_EXPORT )?(\w+)[^;]*$")
_OVERRIDE = re.compile(r"(\w+)\([^;{}()]*\)(?: const)?(?: noexcept)? override")
_CALLBACK = re.compile(r"(?:connect|atfork|onStart)\(.*?(?:&\w+::(\w+)\)|(\w+)\(\w*\); \}|(\[\]))")
_TABLE = re.compile(r'\{ (?:"(\w+)"|(Py_(?:tp|am)_\w+)), ([^}]*)')


class CallOut(NamedTuple):
    """A function that calls Python, and by which functions of the C API."""

    file: str
    function: str
    calls: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.file}:{self.function}"


def functions(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the name of each function, and its text."""
    name, text = "", ""
    for line in path.read_text().splitlines():
        head = _HEAD.match(line) or (_INLINE.match(line) if path.suffix == ".h" else None)
        if head:
            if name:
                yield name, text
            name, text = head[1], ""
        text += line.split("//")[0] + "\n"
    if name:
        yield name, text


def callouts(folder: Path) -> dict[str, CallOut]:
    """Return the functions below python/src that call Python after the import, by name."""
    found: dict[str, CallOut] = {}
    for path in sorted([*folder.glob("*.cpp"), *folder.glob("*.h")]):
        for function, text in functions(path):
            calls = tuple(sorted({match[1] for match in CALLS.finditer(text)}))
            if calls and not IMPORTS.match(function):
                one = CallOut(path.name, function, calls)
                former = found.get(one.name)
                merged = {*calls, *(former.calls if former else ())}
                found[one.name] = one._replace(calls=tuple(sorted(merged)))
    return found


def entries(root: Path) -> set[str]:
    """Return where Qt, GLib and the C library enter our code: virtual functions and callbacks."""
    found: set[str] = set()
    for folder in ("dispatcher", "plugin", "python/src"):
        for path in sorted([*(root / folder).glob("*.cpp"), *(root / folder).glob("*.h")]):
            text = re.sub(r"//.*", "", path.read_text())
            joined = re.sub(r"\n {6,}", " ", text)  # one line for each declaration
            current = path.stem
            for line in joined.splitlines():
                if (match := _CLASS.match(line)) is not None:
                    current = match[1]
                if (match := _OVERRIDE.search(line)) is not None:
                    found.add(f"{current}:{match[1]}")
                if (match := _CALLBACK.search(line)) is not None:
                    found.add(f"{path.name}:{match[1] or match[2] or 'lambda'}")
            if "SourceFunctions functions = {" in text:
                found |= {f"{path.name}:{name}" for name in ("prepare", "check", "dispatch")}
    return found


def unguarded(folder: Path) -> set[str]:
    """Return the functions in tables of CPython's that are not NativeCall's, as FILE:FUNCTION."""
    found: set[str] = set()
    for path in sorted(folder.glob("*.cpp")):
        for match in _TABLE.finditer(re.sub(r"\n {6,}", " ", path.read_text())):
            first = match[3].split(",")[:2] if match[1] else match[3].split(",")[:1]
            for entry in first:
                cast = re.search(r"reinterpret_cast<void \*>\(([\w:<>.]+)\)", entry)
                name = cast or re.search(r"^ ?([a-z]\w+)$", entry)
                if name:
                    found.add(f"{path.name}:{name[1]}")
    return found


def pybind(folder: Path) -> set[str]:
    """Return the files that use pybind11."""
    uses = re.compile(r"pybind11|\bpy::")
    return {path.name for path in folder.iterdir() if uses.search(path.read_text())}
