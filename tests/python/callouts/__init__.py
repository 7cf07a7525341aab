# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A program that makes each call from the native code into Python fail: `python -m callouts`.

It runs each of PLACES, by the name of the C++ function, with each of KINDS, and writes a line for
each: the place, the kind, what is expected, and what was raised or reported. The loop has to run on
afterwards. `tests/callouts` compares the names with the sources.
"""
