# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Qt's convenience dialogs, awaited: the same names, parameters and results, and no nested loop.

::

    from QtAsyncio import dialogs

    answer = await dialogs.QMessageBox.question(window, "Quit", "Quit now?")
"""

from __future__ import annotations

from ._chooser_dialogs import QColorDialog, QFontDialog
from ._file_dialog import QFileDialog
from ._input_dialog import QInputDialog
from ._message_box import QMessageBox

__all__ = ["QColorDialog", "QFileDialog", "QFontDialog", "QInputDialog", "QMessageBox"]
