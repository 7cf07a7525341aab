# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Puts the dispatcher in place as soon as the program has loaded a binding.

Importing a binding here would be too much: a program that then imports the other one would
find two Qts in its process, and fail. So the import of a binding's QtCore is waited for.
"""

from __future__ import annotations

import atexit
import os
import sys
from importlib.abc import Loader, MetaPathFinder
from typing import TYPE_CHECKING, Any, Literal

from . import _binding, _installation, _left_out, _native
from ._threads import in_main_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

#: What `_native.install` answers.
INSTALLED, PRESENT, REFUSED = range(3)

Mode = Literal["none", "native", "attached"]
#: In the order of what `_native.mode` answers.
_MODES: tuple[Mode, ...] = ("none", "native", "attached")

#: Whether this Qt is one that our dispatcher cannot serve.
_is_unsupported = False

#: Calls that wait for a dispatcher in the main thread, and those that wait for a binding.
_waiting: list[Callable[[], object]] = []
_waiting_for_binding: list[Callable[[], object]] = []


def activate() -> None:
    """Install the dispatcher now if a binding is loaded, else when one is.

    `QTASYNCIO_INSTALL=0` in the environment prevents both; running a loop still installs.
    """
    atexit.register(_native.shut_down)
    if os.environ.get("QTASYNCIO_INSTALL") == "0":
        return
    if not (_binding.loaded() and install_early()):
        sys.meta_path.insert(0, _BindingFinder())


def deactivate() -> None:
    """Leave the dispatcher to others, until a loop is run, if it is not in place yet."""
    sys.meta_path[:] = [it for it in sys.meta_path if not isinstance(it, _BindingFinder)]


def install_early() -> bool:
    """Install the dispatcher if this thread may; return whether it may.

    Only Python's main thread may: the first thread that touches Qt is Qt's main thread.
    """
    if not in_main_thread():
        return False
    install()
    _show_platform_plugin()
    return True


def _show_platform_plugin() -> None:
    """Let Qt find our platform plugin if it is asked for, whatever QT_PLUGIN_PATH says."""
    if "qtasyncio" in os.environ.get("QT_QPA_PLATFORM", "") and _binding.loaded():
        core = _binding.core()
        minor = _installation.minor_of(core.qVersion())
        core.QCoreApplication.addLibraryPath(str(_installation.plugin_folder(minor)))


def install() -> int:
    """Install the dispatcher for this thread; return one of the constants above."""
    global _is_unsupported
    load()
    answer = _native.install()
    if answer == REFUSED and mode() == "none":
        _is_unsupported = True
    return answer


def load() -> None:
    """Load the library that knows what dispatchers there are, for there is a Qt.

    Raises:
        ImportError: If it cannot be loaded, or not with this Qt.
    """
    if _native.is_loaded():
        return
    _binding.check_versions()
    try:
        _native.load(str(_installation.FACTORY_LIBRARY))
    except RuntimeError as error:
        reason = _left_out.explain_libraries(_installation.FACTORY_LIBRARY.parent)
        reason = reason or f"{error}. {_binding.compared_with_build()}"
        raise ImportError(f"QtAsyncio cannot load its dispatcher: {reason}") from error


def when_installed(callback: Callable[[], object]) -> None:
    """Call back in the main thread, now if the program has loaded a binding, else when it has."""
    if _binding.loaded():
        install()
        callback()
    else:
        _waiting.append(callback)
        finders = [finder for finder in sys.meta_path if isinstance(finder, _BindingFinder)]
        if not finders:
            finders = [_BindingFinder()]
            sys.meta_path.insert(0, finders[0])  # QTASYNCIO_INSTALL=0 has kept it away
        finders[0].installs = True


def when_loaded(callback: Callable[[], object]) -> None:
    """Call back now if the program has loaded a binding, or Qt itself, else when it has."""
    if _binding.loaded() or _binding.embedded():
        callback()
        return
    _waiting_for_binding.append(callback)
    if not any(isinstance(finder, _BindingFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _BindingFinder(installs=False))


def mode(loop: _native.EventLoop | None = None) -> Mode:
    """Return how a loop is being served, or else how loops are served in this thread.

    By a dispatcher of ours (`native`), as a guest of another (`attached`), or by nobody yet.
    """
    return _MODES[_native.mode() if loop is None else _native.mode_of(loop)]


def reason() -> str:
    """Return one sentence that tells why `mode()` is what it is."""
    if mode() == "none":
        return "This thread has no event dispatcher yet."
    if mode() == "native" and not _binding.embedded():
        by = _binding.core().QAbstractEventDispatcher.instance().property("qtasyncio_activation")
        return f"The dispatcher was put in place by {f'the {by}' if by else 'QtAsyncio'}."
    if mode() == "native":
        return "The dispatcher was put in place by the program or by QtAsyncio."
    if not in_main_thread():
        return "Qt started this thread, with an event dispatcher of its own."
    if _is_unsupported:
        version = _binding.core().qVersion()
        return f"Qt {version} is newer than this QtAsyncio, which cannot serve its window system."
    if os.environ.get("QTASYNCIO_INSTALL") == "0":
        return "QTASYNCIO_INSTALL=0 keeps QtAsyncio from putting its dispatcher in place."
    return "The application was made before QtAsyncio was imported, with another dispatcher."


def _call_all(callbacks: list[Callable[[], object]]) -> None:
    while callbacks:
        callbacks.pop(0)()


class _BindingFinder(MetaPathFinder):
    """Finds a binding's modules as the others do, and has their loader tell us.

    Args:
        installs: whether the dispatcher is installed then.
    """

    def __init__(self, installs: bool = True) -> None:
        self.installs = installs

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not _binding.is_part(fullname):
            return None
        for finder in sys.meta_path:
            if finder is self or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(fullname, path, target)
            if spec is not None and spec.loader is not None:
                spec.loader = _BindingLoader(spec.loader, self)
                return spec
        return None


class _BindingLoader(Loader):
    """Loads a module with its own loader, then installs the dispatcher."""

    def __init__(self, loader: Loader, finder: _BindingFinder) -> None:
        self._loader = loader
        self._finder = finder
        # Not a method of ours: if a library is missing, the traceback shall not tell of us.
        self.create_module = getattr(  # type: ignore[method-assign]
            loader, "create_module", super().create_module
        )

    def exec_module(self, module: ModuleType) -> None:
        # From here on the module is as if nobody had looked.
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        if not _binding.loaded():
            return
        _call_all(_waiting_for_binding)
        if self._finder in sys.meta_path and (not self._finder.installs or install_early()):
            sys.meta_path.remove(self._finder)
            if self._finder.installs:
                _call_all(_waiting)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)  # for those who inspect the module's spec
