# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
#
# What is different with PyQt6: sed -f pyqt6.sed minimal.py > minimal_pyqt6.py
s/from PySide6.QtUiTools import QUiLoader/from PyQt6 import uic/
s/QUiLoader().load(/uic.loadUi(/
s/QtCore\.Signal(/QtCore.pyqtSignal(/
s/PySide6/PyQt6/
