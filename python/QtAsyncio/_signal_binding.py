# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""What the bindings do differently about signals, and which of them a signal is of.

Neither tells the sender of a bound signal. `_signal_pyside` and `_signal_pyqt` offer the same
functions, by way of what each binding does tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    Lasting = Callable[[tuple[Any, ...]], tuple[Any, ...]]


class SignalBinding(Protocol):
    """The functions of the module of a binding."""

    def describe(self, signal: Any) -> str:
        """Return the signal's signature as C++ writes it. The sender need not exist any more."""

    def is_alive(self, signal: Any) -> bool:
        """Return whether the sender exists, and True where that cannot be found out."""

    def lasting(self, signal: Any) -> Lasting | None:
        """Return what makes arguments that outlive their emission, if they do not."""

    def are_queued(self) -> bool:
        """Return whether emissions of other threads are events of the thread that connects."""

    def connect(self, signal: Any, slot: Callable[..., None]) -> Any:
        """Have all arguments of a signal passed to a slot: where it is emitted, unless queued.

        Returns what `disconnect` needs, or None if the sender does not exist any more.
        """

    def connect_end(self, signal: Any, slot: Callable[..., None]) -> Any:
        """Have a slot called in the destructor of the sender, unless slots are dropped there.

        Returns what `disconnect` needs, or None if it is not needed.
        """

    def disconnect(self, signal: Any, *connected: tuple[Any, Callable[..., None]]) -> None:
        """Undo that for what was returned and the slots, if it is not undone yet."""


def binding_of(signal: Any, function: str) -> SignalBinding:
    """Return the functions for the binding of a signal.

    Raises:
        TypeError: If it is not a bound signal.
    """
    kind = type(signal)
    name = (kind.__module__.partition(".")[0], kind.__name__)
    if name == ("PySide6", "SignalInstance"):
        from . import _signal_pyside

        return cast("SignalBinding", _signal_pyside)
    if name == ("PyQt6", "pyqtBoundSignal"):
        from . import _signal_pyqt

        return cast("SignalBinding", _signal_pyqt)
    raise TypeError(
        f"{function}() expects a signal of an object, such as button.clicked{_advice(signal, name)}"
    )


def _advice(signal: Any, name: tuple[str, str]) -> str:
    if name in (("PySide6", "Signal"), ("PyQt6", "pyqtSignal")):
        return f", and {signal!r} is one of a class: write button.clicked, not QPushButton.clicked"
    method = getattr(signal, "__name__", "")
    if method in ("emit", "connect", "disconnect"):
        return f": leave out '.{method}'"
    return f", not {signal!r}"
