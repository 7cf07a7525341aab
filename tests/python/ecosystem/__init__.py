# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""What people run on asyncio's loop, at work on ours; test_ecosystem.py collects it."""
