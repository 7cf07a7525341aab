# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Functions that return what they have acquired, and leave nothing acquired if they raise."""

from __future__ import annotations

import types
from functools import partial, update_wrapper
from typing import TYPE_CHECKING, Any, TypeVar

from . import _native

if TYPE_CHECKING:
    from collections.abc import Callable

    _F = TypeVar("_F", bound=Callable[..., Any])

    def all_or_nothing(function: _F, /) -> _F: ...

else:

    class all_or_nothing(partial):
        """Decorate a function that puts into `_native.undo()` what an exception has to undo.

        An exception may come between the last call of a function and its return: the caller then
        gets no result to release. No frame of Python is around the call of the function, so the
        release does not depend on any instruction.
        """

        def __new__(cls, function):
            return update_wrapper(super().__new__(cls, _native.call_or_undo, function), function)

        def __get__(self, instance, owner=None):
            return self if instance is None else types.MethodType(self, instance)

        def __reduce__(self):
            return self.__qualname__  # as functions are copied and pickled

        def __repr__(self):
            return repr(self.__wrapped__)
