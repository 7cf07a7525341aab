# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""What a frame of Python's is doing: which call it waits for."""

from __future__ import annotations

import builtins
import dis
import inspect
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from types import FrameType

_NAMES = ("LOAD_NAME", "LOAD_GLOBAL", "LOAD_FAST", "LOAD_DEREF", "LOAD_CLASSDEREF")
_ATTRIBUTES = ("LOAD_ATTR", "LOAD_METHOD")


class Call(NamedTuple):
    """A call that has not returned."""

    frame: FrameType
    instructions: list[dis.Instruction]  # the call's expression, up to the call itself

    @property
    def names(self) -> set[str]:
        """All names and attributes in the expression."""
        return {name for it in self.instructions for name in _strings(it.argval)}

    def function(self) -> tuple[Any, Any]:
        """Return what is called and what it is an attribute of, as far as can be told.

        Only names and attributes of names can be. Attributes are looked up without running code.
        """
        path = self._path()
        scopes = (self.frame.f_locals, self.frame.f_globals, vars(builtins))
        owner = None
        found = next((scope[path[0]] for scope in scopes if path and path[0] in scope), None)
        for name in path[1:]:
            owner, found = found, inspect.getattr_static(found, name, None)
        return found, owner

    def _path(self) -> list[str]:
        path: list[str] = []
        for it in self.instructions:
            if not path and it.opname.startswith(_NAMES):
                path.append(_strings(it.argval)[0])
            elif path and it.opname.startswith(_ATTRIBUTES):
                path.append(it.argval)
            elif path or it.opname not in ("PUSH_NULL", "NOP"):
                break
        return path


def call_in_progress(frame: FrameType) -> Call | None:
    """Return the call that a frame waits for, or None if it does something else.

    The expression begins where the stack was as high as it will be before it has its result.
    """
    before: list[dis.Instruction] = []
    for it in dis.get_instructions(frame.f_code):
        before.append(it)
        if it.offset >= frame.f_lasti:
            break
    if not before or not before[-1].opname.startswith("CALL"):
        return None
    height = 0
    for index in range(len(before) - 1, -1, -1):
        height += _effect(before[index])
        if height == 1:
            return Call(frame, before[index:])
    return None


def _effect(instruction: dis.Instruction) -> int:
    argument = instruction.arg if instruction.opcode >= dis.HAVE_ARGUMENT else None
    return dis.stack_effect(instruction.opcode, argument, jump=False)


def _strings(argument: Any) -> list[str]:
    """Return the names that an instruction has: there are some with two."""
    candidates = argument if isinstance(argument, tuple) else (argument,)
    return [it for it in candidates if isinstance(it, str)]
