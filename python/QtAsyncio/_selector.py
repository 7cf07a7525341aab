# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""The selector that asyncio's constructor asks for: a view of what the native half watches."""

from __future__ import annotations

import selectors
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ._native import EventLoop


class _Keys(Mapping[Any, selectors.SelectorKey]):
    """Keys by descriptor, and by the file that has it, or had it when it was added."""

    def __init__(self, watchers: list[tuple[Any, int, Any, Any]]) -> None:
        self._keys = {
            descriptor: selectors.SelectorKey(
                file,
                descriptor,
                (selectors.EVENT_READ if reader else 0) | (selectors.EVENT_WRITE if writer else 0),
                (reader, writer),
            )
            for file, descriptor, reader, writer in watchers
        }

    def __getitem__(self, fileobj: Any) -> selectors.SelectorKey:
        try:
            return self._keys[selectors._fileobj_to_fd(fileobj)]  # type: ignore[attr-defined]
        except ValueError:
            for key in self._keys.values():
                if key.fileobj is fileobj:
                    return key
            raise

    def __iter__(self) -> Iterator[int]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


class WatchedDescriptors(selectors.BaseSelector):
    """Shows readers and writers to those who look into `loop._selector`, and watches nothing.

    `get_map` and `get_key` answer as asyncio's own selector would; their data is asyncio's pair
    of handles.
    """

    def __init__(self, loop: EventLoop) -> None:
        self._watchers: Callable[[], Any] = loop._watchers

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return _Keys(self._watchers())

    def register(self, fileobj: Any, events: int, data: Any = None) -> NoReturn:
        raise NotImplementedError("use loop.add_reader() or loop.add_writer()")

    def unregister(self, fileobj: Any) -> NoReturn:
        raise NotImplementedError("use loop.remove_reader() or loop.remove_writer()")

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return []

    def close(self) -> None:
        self._watchers = list
