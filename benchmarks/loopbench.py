#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Compare asyncio event loops, plain and Qt based.

    loopbench.py compare [--loops A,B] [--benches X,Y] [--rounds N]   a table
    loopbench.py run --loop A --bench X                               the figures of one benchmark
    loopbench.py list                                                 the names

Each benchmark of each loop and round runs in a fresh process. README.md says how to read the
table.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import traceback
from pathlib import Path
from typing import Any

import figures_callbacks
import figures_connections
import figures_http
import figures_network
import figures_qt
import figures_timers
import figures_tls
import figures_udp
from comparison import compare
from loops import LOOPS, binding_of, missing_module, run_loop
from measuring import Context, Figures, Unsupported, names_of, settle_allocator
from report import print_report, save
from startup import measure_startup

_FUNCTIONS = [
    figures_callbacks.call_soon_chain,
    figures_callbacks.call_soon_burst,
    figures_callbacks.sleep0,
    figures_callbacks.task_create,
    figures_timers.timers_many,
    figures_timers.timers_cancel,
    figures_timers.timer_accuracy,
    figures_timers.timer_early,
    figures_callbacks.threadsafe,
    figures_callbacks.executor,
    figures_network.sock_echo,
    figures_network.tcp_proto_echo,
    figures_network.tcp_stream_echo,
    figures_network.tcp_throughput,
    figures_tls.tls_echo,
    figures_tls.tls_throughput,
    figures_udp.udp_echo,
    figures_connections.connect_rate,
    figures_connections.connections_1000,
    figures_connections.connections_10000,
    figures_http.http_aiohttp,
    figures_http.http_uvicorn,
    figures_network.subprocess,
    figures_qt.mixed,
    figures_qt.idle,
]
_COROUTINES = {function.__name__: function for function in _FUNCTIONS}
_BENCHES = [*_COROUTINES, "startup"]


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("mode", choices=["compare", "run", "list"])
    add("--loop", default="asyncio", choices=LOOPS, help="for run")
    add("--bench", default="call_soon_chain", choices=_BENCHES, help="for run")
    add("--loops", type=names_of(list(LOOPS)), default=[*LOOPS], help="ratios are to the first")
    add("--benches", type=names_of(_BENCHES), default=_BENCHES)
    add("--rounds", type=int, default=3)
    add("--seconds", type=float, default=1.0, help="that a benchmark of a rate is to take")
    add("--app", choices=["core", "gui", "none"], default="gui", help="the application made first")
    add("--dispatcher", choices=["glib", "unix"], default="glib", help="Qt's, for the other loops")
    add("--timeout", type=float, default=60.0, help="seconds until a process is given up")
    add("--json", type=Path, metavar="FILE", help="write the figures of every round to this file")
    add("--verbose", action="store_true", help="for run: show where an error came from")
    return parser.parse_args()


def set_environment(dispatcher: str) -> None:
    """Fix what Qt reads from the environment, for this process and its children."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.pop("QT_NO_GLIB", None)
    if dispatcher == "unix":
        os.environ["QT_NO_GLIB"] = "1"


def run_one(arguments: argparse.Namespace) -> dict[str, Any]:
    """Run one benchmark; return its figures, or why there are none."""
    result: dict[str, Any] = {}
    if missing := missing_module(arguments.loop):
        return {"missing": missing}
    try:
        if arguments.bench == "startup":
            result["figures"] = measure_startup(arguments.loop, arguments.app)
        else:
            result["figures"] = _run_coroutine(arguments, result)
    except Unsupported as error:
        result["unsupported"] = str(error)
    except BaseException as error:
        result.setdefault("error", f"{type(error).__name__}: {error}"[:200])
        if arguments.verbose:
            traceback.print_exc()
    return result


def _run_coroutine(arguments: argparse.Namespace, result: dict[str, Any]) -> Figures:
    async def main() -> Figures:
        loop = asyncio.get_running_loop()
        context = Context(loop, binding_of(arguments.loop), arguments.seconds)
        result["class"] = f"{type(loop).__module__}.{type(loop).__qualname__}"
        if context.binding:
            dispatcher = context.qt("QtCore").QAbstractEventDispatcher.instance()
            result["dispatcher"] = dispatcher and dispatcher.metaObject().className()
        try:
            return await _COROUTINES[arguments.bench](context)
        except Unsupported:
            raise
        except NotImplementedError as error:
            raise Unsupported(str(error)) from None
        except BaseException as error:  # a loop may lose it on the way
            result["error"] = f"{type(error).__name__}: {error}"[:200]
            raise

    settle_allocator()
    figures: Figures = run_loop(arguments.loop, main, arguments.app)
    return figures


def main() -> None:
    arguments = parse_arguments()
    set_environment(arguments.dispatcher)
    if arguments.mode == "list":
        print("loops:  ", *LOOPS)
        print("benches:", *_BENCHES)
    elif arguments.mode == "run":
        print("\n@@" + json.dumps(run_one(arguments)), flush=True)
    else:
        options = ["--seconds", str(arguments.seconds)]
        options += ["--app", arguments.app, "--dispatcher", arguments.dispatcher]
        comparison = compare(
            arguments.loops, arguments.benches, arguments.rounds, options, arguments.timeout
        )
        print_report(comparison)
        if arguments.json:
            save(comparison, arguments.json)


if __name__ == "__main__":
    main()
