# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Run a program in `__main__`, as the interpreter does after it has read its command line.

What `pymain_run_python()` of CPython does before and after a program, from 3.10 to 3.15, so that
only the stack is deeper: our frames are below the program's.
"""

from __future__ import annotations

import builtins
import importlib.machinery
import os
import pkgutil
import runpy
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from . import _native, _seed_name, _two_bindings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def run_script(arguments: Sequence[str]) -> None:
    """Run a file, a folder or zip file with `__main__.py`, or `-`; the rest is its arguments."""
    script = arguments[0]
    path = os.path.join(_current_folder() or "", script)  # not normalised, as the interpreter's
    sys.argv[:] = arguments
    if script == "-":
        _replace_current_folder("")
        _run(_native.run_standard_input)
    elif pkgutil.get_importer(script) is not None:
        _replace_current_folder(None)
        sys.path.insert(0, path)  # python -P does so, too
        _run(_native.call_main, _run_as_main, "__main__", False)
    else:
        if os.path.isabs(path):  # else it cannot be opened
            _replace_current_folder(os.path.dirname(os.path.realpath(path)))
        _run_file(path)


def run_module(arguments: Sequence[str]) -> None:
    """Run a module by its name, as `python -m`; the rest is its arguments."""
    sys.argv[:] = ["-m", *arguments[1:]]
    _run(_native.call_main, _run_as_main, arguments[0], True)


#: What the interpreter itself calls for `-m`, and for a folder or zip file, from 3.10 to 3.15.
_run_as_main: Callable[[str, bool], object] = runpy._run_module_as_main  # type: ignore[attr-defined]


def _run_file(path: str) -> None:
    """Run a file, or exit as the interpreter does if it cannot be opened."""
    try:
        _run(_native.run_file, os.fsencode(path))
    except OSError as error:  # never one of the program's
        program = sys.orig_argv[0]
        problem = f"[Errno {error.errno}] {error.strerror}"
        sys.stderr.write(f"{program}: can't open file {path!r}: {problem}\n")
        sys.exit(2)


def _run(run: Callable[..., bool], *arguments: Any) -> None:
    """Run a program that may have `PySide6.QtAsyncio`; exit with 1 if an exception ended it."""
    _seed_name.take()
    sys.modules["__main__"] = _new_main_module()
    if run(*arguments):
        return
    error = getattr(sys, "last_value", None)
    if note := _two_bindings.note(error):
        sys.stderr.write(note)
    # The interpreter remembers KeyboardInterrupt and ends by SIGINT, if we return as it expects.
    # With python -i, exiting would be one more traceback.
    if not (type(error) is KeyboardInterrupt or sys.flags.inspect):
        raise SystemExit(1)  # the program may have changed sys.exit


def _new_main_module() -> ModuleType:
    """Return an empty `__main__`, as the interpreter makes one; ours goes on below it."""
    former, main = sys.modules["__main__"], ModuleType("__main__")
    main.__dict__.update(__loader__=importlib.machinery.BuiltinImporter, __builtins__=builtins)
    if "__annotations__" in former.__dict__:  # up to Python 3.13
        main.__annotations__ = {}
    return main


def _replace_current_folder(folder: str | None) -> None:
    """Put another folder, or none, where `python -m QtAsyncio` has put the current one."""
    if getattr(sys.flags, "safe_path", sys.flags.isolated):  # safe_path is of Python 3.11
        return
    if sys.path[:1] == [_current_folder()]:  # not if that has been deleted
        del sys.path[0]
    if folder is not None:
        sys.path.insert(0, folder)


def _current_folder() -> str | None:
    try:
        return os.getcwd()
    except OSError:  # it has been deleted
        return None
