# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""The command line: which of the commands is meant, and what is wrong with it if none is."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

from . import _installation, _program

if TYPE_CHECKING:
    from collections.abc import Sequence

_HELP = """\
usage: python -m QtAsyncio SCRIPT [ARGUMENT...]
       python -m QtAsyncio -m MODULE [ARGUMENT...]
       python -m QtAsyncio info
       python -m QtAsyncio plugin-path [--qt 6.N | --preload]

Run a PySide6 or PyQt6 program with QtAsyncio's event dispatcher, without a change to it.

  SCRIPT        a Python file, a folder or zip file with __main__.py, or - for standard input:
                what python itself runs. PySide6.QtAsyncio is QtAsyncio within it.
  -m MODULE     run a module, as python -m does
  info          print what a bug report should tell of this installation and this machine
  plugin-path   print the folder for QT_PLUGIN_PATH, so that QT_QPA_PLATFORM=qtasyncio:xcb works
    --qt 6.N    for programs with this Qt, instead of the one of the installed binding
    --preload   print the path of the library for LD_PRELOAD instead
  -h, --help    print this and exit
  --version     print QtAsyncio's version and exit

A script that is called like a command needs a path: python -m QtAsyncio ./info
"""


def main() -> None:
    """Do what the command line says; return, or exit with a status."""
    arguments = sys.argv[1:]
    if not arguments:
        sys.stderr.write(_HELP)
        sys.exit(2)
    command, rest = arguments[0], arguments[1:]
    if command == "-m":
        if not rest:
            _refuse("-m needs the name of a module")
        _program.run_module(rest)
    elif command.startswith("-") and command != "-":
        _option(command, rest)
    elif command in ("info", "plugin-path"):
        sys.exit(_info(rest) if command == "info" else _plugin_path(rest))
    else:
        _program.run_script(arguments)


def _option(option: str, rest: Sequence[str]) -> None:
    if option not in ("-h", "--help", "--version"):
        _refuse(f"there is no option {option}")
    _expect_no_more(option, rest)
    if option == "--version":
        from importlib import metadata

        sys.stdout.write(f"QtAsyncio {metadata.version('QtAsyncio')}\n")
    else:
        sys.stdout.write(_HELP)


def _info(arguments: Sequence[str]) -> int:
    _expect_no_more("info", arguments)
    from . import _information

    text, complete = _information.of_installation()
    sys.stdout.write(text)
    return 0 if complete else 1


def _plugin_path(arguments: Sequence[str]) -> int:
    option = arguments[0] if arguments else None
    if option == "--preload":
        _expect_no_more("plugin-path --preload", arguments[1:])
        return _preload_library()
    if option != "--qt":
        _expect_no_more("plugin-path", arguments)
        return _plugin_folder(_minor_of_binding())
    _expect_no_more("plugin-path --qt", arguments[2:])
    minor = _installation.minor_of(arguments[1]) if arguments[1:] else None
    if minor is None:
        _refuse("--qt needs a version of Qt 6, such as 6.4")
    return _plugin_folder(minor)


def _minor_of_binding() -> int | None:
    """Return the minor release of the Qt that a program would get here, if there is a binding."""
    from . import _binding, _probe

    try:
        qt = _probe.qt_version(_binding.choice()[0])
    except ImportError:
        return None
    return _installation.minor_of(qt) if qt else None


def _plugin_folder(minor: int | None) -> int:
    folder = _installation.plugin_folder(minor)
    if not _installation.qt_minors():
        return _missing(f"platform plugins: there are none in {folder / 'platforms'}")
    sys.stdout.write(f"{folder}\n")
    advice = None if minor is None else _installation.advice_about(minor)
    if advice is not None:
        sys.stderr.write(f"QtAsyncio: {advice}\n")
    return 0 if advice is None else 1


def _preload_library() -> int:
    library = _installation.PRELOAD_LIBRARY
    if not library.exists():
        return _missing(f"preload library: there is no {library}")
    sys.stdout.write(f"{library}\n")
    return 0


def _missing(what: str) -> int:
    sys.stderr.write(f"This QtAsyncio was built without {what}.\n")
    return 1


def _expect_no_more(command: str, arguments: Sequence[str]) -> None:
    if arguments:
        _refuse(f"{command} does not take {arguments[0]}")


def _refuse(complaint: str) -> NoReturn:
    sys.stderr.write(f"QtAsyncio: {complaint}; see python -m QtAsyncio --help\n")
    sys.exit(2)
