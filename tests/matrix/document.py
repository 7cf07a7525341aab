# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Write the results of a run as the document for users."""

from __future__ import annotations

from typing import Any

from machines import section

_Cells = list[dict[str, Any]]

_HEADS = {
    "import": "import, {}",
    "command": "command, {}",
    "plugin": "`qtasyncio:{}`",
    "default": "`qtasyncio`, {}",
    "attached": "attached, {}",
}

_INTRODUCTION = """\
# Compatibility

This file is written by `tests/matrix/run_matrix.py --document` from the results of
`script/test --matrix` and `script/test --machine`; a change by hand is lost. The matrix was run on
{date}, with Python {python} on {system}.

There are four ways for coroutines to get into a program with an application:

* **import**: `import QtAsyncio` before the application is made puts the dispatcher in place.
* **command**: `python -m QtAsyncio program.py` does so for a program that may import it later.
* **platform plugin**: `QT_QPA_PLATFORM=qtasyncio:xcb`, or another platform behind the colon, does
  so in a program that imports QtAsyncio later, or never. With `qtasyncio` alone Qt chooses the
  platform. `python -m QtAsyncio plugin-path` prints what `QT_PLUGIN_PATH` has to be for that.
* **attached**: the application is there when QtAsyncio is imported, and keeps Qt's dispatcher.
  Loops are served by that.

Each cell is a run of a program that shows a window with a button, runs a coroutine beside a Qt
timer, and then has its button pressed: on xcb by the pointer of an X server, off screen by an
event of Qt's platform. The slot starts another coroutine, and the program ends with that. "yes"
means that

* the releases of the binding and of Qt were those of the row, and no other Qt was in the process,
* the application's dispatcher was of the class in the row, or, where attached, one of Qt's own,
* a Qt timer and a coroutine ran in the same iterations of that dispatcher, at least ten times,
* the window was painted, and the coroutine that the button starts came to its end,
* `platformName()` was the name of the real platform, and neither Qt nor Python complained of
  anything but what stands below the tables.
"""

_FAULTS_OF_OTHERS = """\
## Faults of others

They show without QtAsyncio too.

* PySide6 6.12 with Python 3.15 leaves a lazy import that is an attribute of a module as it is:
  `concurrent.futures.ProcessPoolExecutor()` raises *TypeError: 'lazy_import' object is not
  callable*. After `from concurrent.futures import ProcessPoolExecutor` it works. QtAsyncio sees to
  the default executor itself.
* PySide6 6.11 and older cannot be installed for Python 3.15.
* From Python 3.14 on `qtinter` 0.11 cannot be imported, and `asyncClose` of `qasync` 0.28 fails:
  *RuntimeError: loop ... is not the running loop*. `QtAsyncio.qasync` has one that works.
"""


def document(results: dict[str, Any], machines: list[dict[str, Any]]) -> str:
    """Return the text of docs/compatibility.md."""
    cells: _Cells = results["cells"]
    parts = [_INTRODUCTION.format_map(results)]
    for binding in _unique(cells, "binding"):
        rows = [cell for cell in cells if cell["binding"] == binding]
        parts.append(f"## {binding}\n\n{_table(rows)}")
    if warnings := _warnings(cells):
        parts.append(f"## Warnings\n\n{warnings}")
    if unfit := results["not_for_this_python"]:
        names = ", ".join(unfit)
        parts.append(f"Not made for Python {results['python']}, so not tried: {names}.\n")
    parts += [section(machines), _FAULTS_OF_OTHERS]
    return "\n".join(parts)


def _unique(cells: _Cells, key: str) -> list[str]:
    """Return the values that there are, in the order of their first cells."""
    return list(dict.fromkeys(cell[key] for cell in cells))


def _table(cells: _Cells) -> str:
    columns = list(dict.fromkeys((cell["activation"], cell["platform"]) for cell in cells))
    head = ["release", "Qt", "dispatcher"]
    head += [_HEADS[activation].format(platform) for activation, platform in columns]
    lines = [_row(head), _row(["---"] * len(head))]
    for version in _unique(cells, "version"):
        row = {(c["activation"], c["platform"]): c for c in cells if c["version"] == version}
        first = next(iter(row.values()))
        about = [version, first["qt"], _dispatchers(row.values())]
        lines.append(_row([*about, *(_verdict(row[column]) for column in columns)]))
    return "\n".join(lines) + "\n"


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _dispatchers(cells: Any) -> str:
    """Return the classes of our dispatcher that the cells of a release have seen."""
    seen = {cell["facts"].get("dispatcher", "") for cell in cells}
    ours = sorted(name.removeprefix("QtAsyncio::") for name in seen if name.startswith("QtA"))
    return ", ".join(f"`{name}`" for name in ours)


def _verdict(cell: dict[str, Any]) -> str:
    if cell["faults"]:
        return f"**no**: {cell['faults'][0].splitlines()[0]}"
    return "yes (warned)" if cell["facts"]["warnings"] else "yes"


def _warnings(cells: _Cells) -> str:
    """Return a list of the warnings and of the releases that they came with."""
    releases: dict[str, set[str]] = {}
    for cell in cells:
        for text in cell["facts"].get("warnings", []):
            releases.setdefault(text, set()).add(f"{cell['binding']} {cell['version']}")
    lines = [f"* {', '.join(sorted(names))}: *{text}*" for text, names in releases.items()]
    return "\n".join(lines) + "\n" if lines else ""
