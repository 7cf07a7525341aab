# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""The selector that asyncio's constructor asks for: a view of what the native half watches."""

from __future__ import annotations

import selectors
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ._native import EventLoop


class WatchedDescriptors(selectors.BaseSelector):
    """Shows readers and writers to those who look into `loop._selector`, and watches nothing.

    `get_map` and `get_key` answer as asyncio's own selector would; their data is asyncio's pair
    of handles.
    """

    def __init__(self, loop: EventLoop) -> None:
        self._watchers: Callable[[], Any] = loop._watchers

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return {
            descriptor: selectors.SelectorKey(
                descriptor,
                descriptor,
                (selectors.EVENT_READ if reader else 0) | (selectors.EVENT_WRITE if writer else 0),
                (reader, writer),
            )
            for descriptor, reader, writer in self._watchers()
        }

    def get_key(self, fileobj: Any) -> selectors.SelectorKey:
        descriptor = fileobj if isinstance(fileobj, int) else fileobj.fileno()
        try:
            return self.get_map()[descriptor]
        except KeyError:
            raise KeyError(f"{fileobj!r} is not registered") from None

    def register(self, fileobj: Any, events: int, data: Any = None) -> NoReturn:
        raise NotImplementedError("use loop.add_reader() or loop.add_writer()")

    def unregister(self, fileobj: Any) -> NoReturn:
        raise NotImplementedError("use loop.remove_reader() or loop.remove_writer()")

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return []

    def close(self) -> None:
        self._watchers = list
