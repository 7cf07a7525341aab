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
    promise: int  # its number in the catalogue
    breaks: str  # what the dispatcher does wrong then
    file: str  # below the project's root
    old: str  # a text that occurs in the file exactly once
    new: str
    tests: tuple[str, ...]  # tst_Class::function, the likeliest first
    application: str = "core"  # or gui

    def mutated(self, text: str) -> str:
        """Return the text of the file with the error in it."""
        if text.count(self.old) != 1:
            raise MutationError(self.misfit(text))
        return text.replace(self.old, self.new)

    def misfit(self, text: str) -> str:
        """Return what is wrong if the text of the file is not as expected."""
        return (
            f"{self.name}: the text to replace occurs {text.count(self.old)} times in {self.file}"
            f" instead of once; please adapt the mutation:\n{self.old}"
        )

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
    if complaints := [c for mutation in mutations for c in _complaints(mutation, promises, root)]:
        raise MutationError("\n".join(complaints))
    if missing := promises - {mutation.promise for mutation in mutations}:
        raise MutationError(f"no mutation breaks the promises {sorted(missing)}")


def _complaints(mutation: Mutation, promises: set[int], root: Path) -> Iterator[str]:
    if not mutation.tests:
        yield f"{mutation.name}: no test is named that must fail"
    if mutation.promise not in promises:
        yield f"{mutation.name}: there is no promise {mutation.promise}"
    file = root / mutation.file
    if not file.is_file():
        yield f"{mutation.name}: there is no file {mutation.file}"
    elif (text := file.read_text()).count(mutation.old) != 1:
        yield mutation.misfit(text)
