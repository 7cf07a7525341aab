# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Looking at objects that may not exist any more, where a binding offers no way to ask.

Through `/proc/self/mem` a wrong address is an error and not a crash.
"""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

WORD = struct.calcsize("P")  # bytes of a pointer

# The first words of QObjectData in Qt's public header: the same in all of Qt 6.
_WORDS_OF_DATA = 7
_BACK_POINTER = 1
_FLAGS = 6
_WAS_DELETED = 4
_POSTED_EVENTS = 32  # the place of the number in the word that begins with the flags


class Memory:
    """The memory of this process, opened for a moment: after a fork it would be the parent's."""

    def __init__(self) -> None:
        self._file = os.open("/proc/self/mem", os.O_RDONLY)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        os.close(self._file)

    def words(self, address: int, count: int) -> tuple[int, ...]:
        """Return what is at an address, as pointers.

        Raises:
            LookupError: If nothing is there that could be read.
        """
        try:
            return struct.unpack(f"{count}P", os.pread(self._file, count * WORD, address))
        except (OSError, OverflowError, struct.error) as error:
            raise LookupError(address) from error

    def is_object(self, pointer: int) -> bool:
        """Return whether there is a QObject that is not being destroyed."""
        flags = self._flags(pointer)
        return flags is not None and not flags & _WAS_DELETED

    def count_posted_events(self, pointer: int) -> int:
        """Return how many posted events a QObject has; 0 if there is no QObject."""
        flags = self._flags(pointer)
        return 0 if flags is None or flags & _WAS_DELETED else flags >> _POSTED_EVENTS

    def _flags(self, pointer: int) -> int | None:
        """Return a QObject's flags, with the number of its events.

        A QObject points to its data, which points back to it.
        """
        try:
            _, address = self.words(pointer, 2)
            data = self.words(address, _WORDS_OF_DATA)
        except LookupError:
            return None
        return data[_FLAGS] if data[_BACK_POINTER] == pointer else None
