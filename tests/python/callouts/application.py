# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The application, which is made before QtAsyncio is imported in guest mode."""

from __future__ import annotations

import importlib
import os
from typing import Any

from process import BINDING

QtCore: Any = importlib.import_module(f"{BINDING}.QtCore")
if os.environ.get("QTASYNCIO_TEST_MODE") == "attached":
    application = QtCore.QCoreApplication(["callouts"])

import QtAsyncio  # noqa: E402
from QtAsyncio import _callbacks, _native  # noqa: E402

application = QtCore.QCoreApplication.instance() or QtCore.QCoreApplication(["callouts"])

__all__ = ["QtAsyncio", "QtCore", "_callbacks", "_native", "application"]
