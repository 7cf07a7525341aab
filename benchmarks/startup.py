# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""How long it takes to import a loop and to run a first coroutine on it.

`measure_startup` starts this file as a program: `startup.py LOOP APPLICATION`.
"""

from __future__ import annotations

import os
import sys
import time

from loops import run_loop

_RUNS = 5


def measure_startup(loop: str, application: str) -> dict[str, float]:
    """Start fresh interpreters; return the median times in milliseconds."""
    import statistics
    import subprocess

    inside, whole = [], []
    for _ in range(_RUNS):
        begun = time.perf_counter()
        output = subprocess.check_output(
            [sys.executable, __file__, loop, application], text=True, timeout=60
        )
        whole.append((time.perf_counter() - begun) * 1e3)
        inside.append(float(output.split()[-1]))
    return {"import_run_ms": statistics.median(inside), "process_ms": statistics.median(whole)}


def main() -> None:
    async def nothing() -> int:
        return 1

    begun = time.perf_counter()
    run_loop(sys.argv[1], nothing, sys.argv[2])
    print((time.perf_counter() - begun) * 1e3, flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
