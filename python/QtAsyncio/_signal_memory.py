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

_WORD = struct.calcsize("P")


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
            LookupError: nothing is there that could be read.
        """
        try:
            return struct.unpack(f"{count}P", os.pread(self._file, count * _WORD, address))
        except (OSError, OverflowError, struct.error) as error:
            raise LookupError(address) from error
