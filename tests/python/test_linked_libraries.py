# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A library that is loaded through a symbolic link elsewhere finds those beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

import QtAsyncio
from conftest import QtCore
from interpreter import once
from process import check_script

LIBRARY = Path(QtAsyncio.__file__).parent / "lib" / "libQtAsyncioDispatcher.so"
HAS_SECOND_INTERFACE = tuple(map(int, QtCore.qVersion().split(".")[:2])) >= (6, 8)

#: Prints the class of the dispatcher, and whether its library was loaded through the link.
PROGRAM = """
import QtAsyncio, os
from BINDING import QtCore
app = QtCore.QCoreApplication([])
print(QtCore.QAbstractEventDispatcher.instance().metaObject().className())
"""


@once
@pytest.mark.slow
@pytest.mark.skipif(not HAS_SECOND_INTERFACE, reason="Qt has its second interface from 6.8 on")
def test_dispatcher_behind_a_link_has_the_second_interface(tmp_path: Path) -> None:
    """PyInstaller puts such a link into the folder that LD_LIBRARY_PATH names."""
    (tmp_path / LIBRARY.name).symlink_to(LIBRARY)
    output = check_script(PROGRAM, environment={"LD_LIBRARY_PATH": str(tmp_path)})
    assert output == ["QtAsyncio::EventDispatcherV2"]
