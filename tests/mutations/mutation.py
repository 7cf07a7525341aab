# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""What a mutation is, and how it gets into a source file and out of it again."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class MutationError(Exception):
    """Somebody has to look after the catalogue: the message says what is wrong with it."""


@dataclass(frozen=True)
class Mutation:
    """One deliberate error, and the tests of which at least one must notice it."""

    name: str
    promise: int  # its number in docs/contract.md
    breaks: str  # what the dispatcher does wrong then
    file: str  # below the project's root
    old: str  # a text that occurs in the file exactly once
    new: str
    tests: tuple[str, ...]  # tst_Class::function, the likeliest first
    application: str = "core"  # or gui

    def mutated(self, text: str) -> str:
        """Return the text of the file with the error in it."""
        count = text.count(self.old)
        if count != 1:
            raise MutationError(
                f"{self.name}: the text to replace occurs {count} times in {self.file} instead of"
                f" once; please adapt the mutation:\n{self.old}"
            )
        return text.replace(self.old, self.new)

    @contextmanager
    def applied(self, root: Path) -> Iterator[None]:
        """Have the error in the sources below a root for a while.

        Both writes give the file a new time, so that it is compiled again both times.
        """
        file = root / self.file
        original = file.read_text()
        file.write_text(self.mutated(original))
        try:
            yield
        finally:
            file.write_text(original)


def check(mutations: list[Mutation], promises: set[int], root: Path) -> None:
    """Raise MutationError unless all mutations fit the sources, and each promise has one."""
    names = [mutation.name for mutation in mutations]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise MutationError(f"there is more than one mutation named {', '.join(twice)}")
    for mutation in mutations:
        if not mutation.tests:
            raise MutationError(f"{mutation.name}: no test is named that must fail")
        if mutation.promise not in promises:
            raise MutationError(f"{mutation.name}: there is no promise {mutation.promise}")
        file = root / mutation.file
        if not file.is_file():
            raise MutationError(f"{mutation.name}: there is no file {mutation.file}")
        mutation.mutated(file.read_text())
    if missing := promises - {mutation.promise for mutation in mutations}:
        raise MutationError(f"no mutation breaks the promises {sorted(missing)}")
