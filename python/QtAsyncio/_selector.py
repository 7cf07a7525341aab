# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""The selector that asyncio's constructor asks for, and that nothing uses."""

from __future__ import annotations

import selectors
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Mapping


class InertSelector(selectors.BaseSelector):
    """Watches nothing: readers and writers are the native half's."""

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return {}

    def register(self, fileobj: Any, events: int, data: Any = None) -> NoReturn:
        raise NotImplementedError("use loop.add_reader() or loop.add_writer()")

    def unregister(self, fileobj: Any) -> NoReturn:
        raise KeyError(f"{fileobj!r} is not registered")

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return []
