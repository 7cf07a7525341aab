# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Sub-interpreters: refused, before any of them could hang with the GIL."""

from __future__ import annotations

import pytest

from interpreter import once
from process import check_script

#: Runs code in each kind of sub-interpreter that this Python has, by its private module.
PROGRAM = """
    import os, sys
    try:
        import _interpreters as interpreters  # Python 3.13
        kinds = ["isolated", "legacy"]
    except ImportError:
        import _xxsubinterpreters as interpreters
        kinds = [{"isolated": True}, {"isolated": False}]

    def run(kind, code):
        if isinstance(kind, str):
            interpreter = interpreters.create(kind)
        else:
            interpreter = interpreters.create(**kind)
        failure = interpreters.run_string(interpreter, code)
        assert failure is None, failure
        interpreters.destroy(interpreter)

    {first}
    for kind in kinds:
        reading, writing = os.pipe()
        run(kind, f'''
    import os, sys
    sys.path[:] = {sys.path}
    try:
        import {module}
        answer = "imported"
    except ImportError as error:
        answer = str(error)
    natives = [it for it in sys.modules if it.split(".")[0] in ("PySide6", "PyQt6", "shiboken6")]
    os.write({writing}, f"{{answer}}; {{natives}}".encode())
    ''')
        os.close(writing)
        print(os.read(reading, 1000).decode())
    import QtAsyncio, asyncio
    loop = QtAsyncio.new_event_loop()
    print(loop.run_until_complete(asyncio.sleep(0, "works")))
    loop.close()
    """
REFUSAL = (
    "QtAsyncio cannot be imported in a sub-interpreter: import it in the main interpreter, "
    "and give sub-interpreters work that needs no event loop of Qt; []"
)


@once
@pytest.mark.slow
@pytest.mark.parametrize("first", ["", "import QtAsyncio"])
@pytest.mark.parametrize("module", ["QtAsyncio", "QtAsyncio._native"])
def test_subinterpreters_are_refused(first: str, module: str) -> None:
    source = PROGRAM.replace("{first}", first).replace("{module}", module)
    assert check_script(source) == [REFUSAL, REFUSAL, "works"]
