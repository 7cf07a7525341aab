# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""What a coroutine gets in the place of a QCloseEvent, which is gone when its handler returns."""

from __future__ import annotations


class CloseRequest:
    """Somebody's wish that a window be closed, with the methods of a QCloseEvent that matter.

    It is valid for as long as the coroutine likes. It starts accepted; if it is ignored when the
    coroutine has ended, the window stays open.
    """

    def __init__(self, spontaneous: bool) -> None:
        self._spontaneous = spontaneous
        self._accepted = True

    def accept(self) -> None:
        """Let the window be closed when the coroutine has ended."""
        self._accepted = True

    def ignore(self) -> None:
        """Let the window stay open when the coroutine has ended."""
        self._accepted = False

    def isAccepted(self) -> bool:
        """Return whether the window is to be closed."""
        return self._accepted

    def setAccepted(self, accepted: bool) -> None:
        """Say whether the window is to be closed."""
        self._accepted = accepted

    def spontaneous(self) -> bool:
        """Return whether the wish came from outside of the program: its user, as a rule."""
        return self._spontaneous

    def __repr__(self) -> str:
        """Tell what has been decided so far."""
        return f"<{type(self).__name__} {'accepted' if self._accepted else 'ignored'}>"
