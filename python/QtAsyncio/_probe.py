# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""What there is of Qt in this process, and in one that makes an application to find out.

A platform that cannot start has Qt abort the process, so that one is a child. It is not asked how
it fares, but what it has said last.
"""

from __future__ import annotations

import dataclasses
import faulthandler
import importlib
import json
import os
import resource
import signal
import subprocess
import sys
from typing import Any

from . import _activation, _binding, _native

#: Seconds that an application may take to come up, with a display far away.
_PATIENCE = 30

_CHILD = "import sys; sys.path[:] = {path!r}; from QtAsyncio import _probe; _probe.{call}"


@dataclasses.dataclass
class Findings:
    """What has come up. None is for what has not, or not yet."""

    binding: str | None = None
    binding_version: str | None = None
    qt: str | None = None
    application: str | None = None
    platform: str | None = None
    dispatcher: str | None = None
    mode: str = "none"
    reason: str = "This thread has no event dispatcher yet."
    #: What was written meanwhile, or went wrong.
    messages: str = ""


def this_process() -> Findings:
    """Look around, as seen from this thread, and put nothing in place."""
    binding = _binding.loaded()
    if binding is None and not _binding.embedded():
        return Findings()
    found = Findings(binding)
    try:
        _activation.load()
    except ImportError as error:
        found.reason = str(error)
    else:
        found.mode, found.reason = _activation.mode(), _activation.reason()
    if binding is not None:
        _look_at_qt(binding, found)
    elif _native.is_loaded():
        found.application = "one of the program" if _native.has_application() else None
    return found


def _look_at_qt(binding: str, found: Findings) -> None:
    core = _binding.core()
    found.binding_version = _version_of(binding, core)
    found.qt = core.qVersion()
    application = core.QCoreApplication.instance()
    if application is not None:
        found.application = type(application).__name__
    dispatcher = core.QAbstractEventDispatcher.instance()
    if dispatcher is not None:
        found.dispatcher = dispatcher.metaObject().className()
    gui = sys.modules.get(f"{binding}.QtGui")
    if gui is not None and isinstance(application, gui.QGuiApplication):
        found.platform = gui.QGuiApplication.platformName()


def _version_of(binding: str, core: Any) -> str:
    return str(
        core.PYQT_VERSION_STR
        if binding == "PyQt6"
        else importlib.import_module(binding).__version__
    )


def new_application(binding: str) -> Findings:
    """Return what comes up where a program makes an application, with its messages.

    Where the platform plugin is to activate QtAsyncio, the import does not, to show that it does.
    """
    by_plugin = os.environ.get("QT_QPA_PLATFORM", "").startswith("qtasyncio")
    return _ask_child(binding, f"report({binding!r}, uses_import={not by_plugin})")


def qt_version(binding: str) -> str | None:
    """Return the version of Qt that a binding brings, if it can be imported."""
    return _ask_child(binding, f"report_versions({binding!r})").qt


def _ask_child(binding: str, call: str) -> Findings:
    try:
        done = _run_child(call)
    except subprocess.TimeoutExpired:
        return Findings(binding, messages=f"No application came up within {_PATIENCE} seconds.")
    return _read(binding, done)


def _run_child(call: str) -> subprocess.CompletedProcess[str]:
    # Where nobody looks at a terminal, some builds of Qt write to the journal instead.
    visible = {"QT_ASSUME_STDERR_HAS_CONSOLE": "1", "QT_FORCE_STDERR_LOGGING": "1"}
    entries: list[Any] = sys.path
    path = [entry for entry in entries if isinstance(entry, str)]  # no others are looked at
    return subprocess.run(
        [sys.executable, "-c", _CHILD.format(path=path, call=call)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=_PATIENCE,
        env={**os.environ, **visible},
        check=False,
    )


def _read(binding: str, done: subprocess.CompletedProcess[str]) -> Findings:
    found = Findings(binding)
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            found = Findings(**json.loads(line))
    messages = [found.messages, done.stderr.strip()]
    if done.returncode < 0:
        names = {it.value: it.name for it in signal.Signals}
        name = names.get(-done.returncode, f"signal {-done.returncode}")  # of real time
        messages.append(f"The process that tried was ended by {name}.")
    found.messages = "\n".join(message for message in messages if message)
    return found


def report(binding: str, *, uses_import: bool) -> None:
    """Make an application and print what has come up, in a process of one's own."""
    if not uses_import:
        _activation.deactivate()
    core = _import_core(binding)
    messages = ""
    try:
        make = importlib.import_module(f"{binding}.QtGui").QGuiApplication
    except ImportError as error:
        messages = f"{binding}.QtGui cannot be imported: {error}"
        make = core.QCoreApplication
    application = make(["QtAsyncio"])
    _print(dataclasses.replace(this_process(), messages=messages))
    del application


def report_versions(binding: str) -> None:
    """Print what is known without an application, in a process of one's own."""
    _import_core(binding)


def _import_core(binding: str) -> Any:
    faulthandler.disable()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        core = importlib.import_module(f"{binding}.QtCore")
    except ImportError as error:
        _print(Findings(binding, messages=f"{binding}.QtCore cannot be imported: {error}"))
        sys.exit()
    _print(this_process())  # all that is known if Qt aborts
    return core


def _print(found: Findings) -> None:
    sys.stdout.write(json.dumps(dataclasses.asdict(found)) + "\n")
    sys.stdout.flush()
