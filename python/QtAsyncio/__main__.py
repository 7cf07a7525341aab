# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""`python -m QtAsyncio`."""

from QtAsyncio import _command_line

_command_line.main()
