# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""`PySide6.QtAsyncio`, the name of the package that this one is a drop-in for.

Taken in programs that `python -m QtAsyncio` runs, so that they need no change; also where the
real one, which is in the wheel PySide6-Addons, is not installed.
"""

from __future__ import annotations

import importlib
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING

from . import _binding

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

_NAME = "PySide6.QtAsyncio"


def take() -> None:
    """Let `import PySide6.QtAsyncio` give this package, from now on."""
    sys.meta_path.insert(0, _SeedFinder())


class _SeedFinder(MetaPathFinder):
    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return ModuleSpec(fullname, _SeedLoader()) if fullname == _NAME else None


class _SeedLoader(Loader):
    def exec_module(self, module: ModuleType) -> None:
        """Put the package into the place of an empty module, which leaves the package untouched.

        The import system looks there after this call, for modules that replace themselves.
        """
        importlib.import_module(f"{_binding.BINDINGS[0]}.QtCore")  # as the real one: it is chosen
        sys.modules[module.__name__] = sys.modules["QtAsyncio"]
