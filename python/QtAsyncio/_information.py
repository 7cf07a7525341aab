# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""`QtAsyncio.info` and `python -m QtAsyncio info`: what a bug report should tell."""

from __future__ import annotations

import os
import platform
import sys
import textwrap
import threading
from asyncio import events
from importlib import metadata
from typing import TYPE_CHECKING

from . import _binding, _installation, _native, _probe, _two_bindings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ._probe import Findings

#: What a line of the text tells about, and what it tells; several lines are several paragraphs.
_Row = tuple[str, str]

_WIDTH = 100
_PREFIXES = ("QT_", "QTASYNCIO_")
_VARIABLES = ("DISPLAY", "PYTHONASYNCIODEBUG", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE")


def info() -> str:
    """Tell how QtAsyncio works in this process, as seen from the calling thread.

    Which binding and Qt are loaded, whose event dispatcher the thread has and why, and what a bug
    report should tell besides. Makes no application, and loads no binding.

    Returns:
        A text of several lines, to be printed.
    """
    found = _probe.this_process()
    rows = [
        *_here(),
        ("Binding", _binding_of_process(found)),
        *_rows_about_qt(found),
        ("Application", found.application or "none yet"),
        *_rows_about_dispatcher(found),
        ("Thread", threading.current_thread().name),
        ("Running loop", repr(events._get_running_loop() or "none").strip("'")),
        *_rows_about_package(found),
        *_rows_about_machine(),
        ("Both bindings", _two_bindings.in_this_process() or ""),
    ]
    return _text(rows)


def of_installation() -> tuple[str, bool]:
    """Tell what a program would get here, and return whether there is a binding at all."""
    try:
        binding, why = _binding.choice()
    except ImportError as error:
        rows = [*_here(), ("Binding", str(error)), *_rows_about_package(_probe.Findings())]
        return _text([*rows, *_rows_about_machine()]), False
    found = _probe.new_application(binding)
    version = f" {found.binding_version}" if found.binding_version else ""
    rows = [
        *_here(),
        ("Binding", f"{binding}{version}: {why}"),
        *_rows_about_qt(found),
        ("Application", found.application or "none came up"),
        *_rows_about_dispatcher(found),
        ("Messages", found.messages),
        *_rows_about_package(found),
        *_rows_about_machine(),
        ("Both bindings", _two_bindings.in_this_installation(_qt_versions(found)) or ""),
    ]
    return _text(rows), True


def _here() -> Iterator[_Row]:
    try:
        version = metadata.version("QtAsyncio")
    except metadata.PackageNotFoundError:  # run from a build folder
        version = "of unknown version"
    yield "QtAsyncio", f"{version}, in {_installation.PACKAGE}"
    yield "Python", f"{platform.python_version()}, {sys.executable}"


def _binding_of_process(found: Findings) -> str:
    if found.binding is not None:
        return f"{found.binding} {found.binding_version}: the program has loaded it"
    if _binding.embedded():
        return "none: Qt was loaded by the program that embeds Python"
    try:
        binding, why = _binding.choice()
    except ImportError as error:
        return str(error)
    return f"none is loaded; a loop would take {binding}: {why}"


def _rows_about_qt(found: Findings) -> Iterator[_Row]:
    if found.qt is None and found.application:
        return  # without a binding there is nobody to ask
    if found.qt:
        yield "Qt", found.qt
    asked = os.environ.get("QT_QPA_PLATFORM")
    yield (
        "Platform",
        f"{found.platform or 'none'}; "
        + (f"QT_QPA_PLATFORM asks for {asked}" if asked else "QT_QPA_PLATFORM is not set"),
    )


def _rows_about_dispatcher(found: Findings) -> Iterator[_Row]:
    if found.dispatcher:
        yield "Dispatcher", found.dispatcher
    yield "Mode", f"{found.mode}: {found.reason}"


def _rows_about_package(found: Findings) -> Iterator[_Row]:
    minor = _installation.minor_of(found.qt) if found.qt else None
    folder = _installation.plugin_folder(minor)
    versions = ", ".join(f"6.{number}" for number in _installation.qt_minors(folder))
    known = f"platform plugins for Qt {versions}" if versions else "without platform plugins"
    yield "Plugin path", f"{folder}, {known}\n{_plugin_for(minor, folder)}"
    yield "Compiled with", f"Qt {_native.compiled_with_qt}"
    library = _installation.PRELOAD_LIBRARY
    yield "Preload library", f"{library}{'' if library.exists() else ', which is not there'}"


def _plugin_for(minor: int | None, folder: Path) -> str:
    if minor is None:
        return ""
    if (advice := _installation.advice_about(minor)) is not None:
        return advice
    variables = ("QT_PLUGIN_PATH", "QT_QPA_PLATFORM_PLUGIN_PATH")
    if any(str(folder) in os.environ.get(name, "").split(os.pathsep) for name in variables):
        return f"There is one for Qt 6.{minor}."
    return (
        f"There is one for Qt 6.{minor}. QT_QPA_PLATFORM=qtasyncio finds it if QT_PLUGIN_PATH is "
        "set to this path."
    )


def _rows_about_machine() -> Iterator[_Row]:
    features = ", ".join(
        f"{name} {os.strerror(error) if error else 'works'}"
        for name, error in sorted(_native.kernel_features().items())
    )
    yield "Kernel", f"{platform.system()} {platform.release()} {platform.machine()}\n{features}"
    variables = [f"{name}={value}" for name, value in sorted(os.environ.items()) if _tells(name)]
    yield "Environment", "\n".join(variables) or "no variable that matters is set"


def _tells(variable: str) -> bool:
    if variable == "LD_PRELOAD":
        return _installation.PRELOAD_LIBRARY.name in os.environ[variable]
    return variable.startswith(_PREFIXES) or variable in _VARIABLES


def _qt_versions(found: Findings) -> dict[str, str]:
    """Return the version of Qt of each installed binding, given what is known of one."""
    known = {found.binding: found.qt}
    versions = {name: known.get(name) or _probe.qt_version(name) for name in _binding.installed()}
    return {name: version for name, version in versions.items() if version}


def _text(rows: list[_Row]) -> str:
    width = max(len(label) for label, _ in rows) + 2
    paragraphs = [
        (label if number == 0 else "", paragraph)
        for label, told in rows
        for number, paragraph in enumerate(told.strip().splitlines())
    ]
    lines = [
        textwrap.fill(
            paragraph,
            _WIDTH,
            initial_indent=label.ljust(width),
            subsequent_indent=" " * width,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for label, paragraph in paragraphs
    ]
    return "\n".join(lines) + "\n"
