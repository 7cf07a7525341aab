# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Which test makes a call-out or an entry fail that tests/python/callouts does not have.

A value is a test, as FILE::FUNCTION below tests/. An entry may have a reason instead, why it cannot
fail, after "-".
"""

from __future__ import annotations

_MEMORY = "python/test_memory.py::test_the_loop_survives_each_failing_allocation"
_SIGNAL = "python/test_memory.py::test_an_attempt_that_a_signal_interrupts_runs_its_handler"
_PATCHES = "python/test_handle_patches.py"
_RARE = "python/test_rare_cases.py"
_ENDINGS = "python/test_command_line.py::test_a_program_ends_as_with_plain_python"
_ARGUMENTS = "python/test_native_arguments.py::test_nothing_crashes"
_CALLOUTS = "python/test_callouts.py::test_a_call_out_that_fails_is_heard_of"
_RELEASED = "python/test_releases.py"
_RELEASES = f"{_RELEASED}::test_an_interrupted_release_is_completed_and_the_exception_comes_out"
_CANNOT = f"{_RELEASED}::test_a_release_that_cannot_succeed_does_not_keep_the_others_waiting"
_ENTERED = "python/test_nested.py::test_a_context_on_the_stack_waits_for_its_turn"
_THREADSAFE = "python/test_threadsafe.py::test_threadsafe_handles"

_THROWN = "dispatcher/tst_eventdispatcher.cpp::anExceptionOfAHandlerPasses"

_PLAIN = "- takes no memory, makes no system call that could fail, and calls nothing"
_INNER = "- is called by functions of this table only, which guard it"
_PASSED = "- lets exceptions of the program's own event handlers pass, as Qt's dispatchers do"

#: Functions that call Python.
CALLOUTS = {
    "datagramtransport.cpp:enqueue": _MEMORY,
    "handle.cpp:call": _ENTERED,
    "handle.cpp:isEntered": _ENTERED,
    "homegreenlet.cpp:*": f"{_RARE}::test_what_fails_in_greenlet_means_that_there_is_no_greenlet",
    "program.cpp:callMain": _ENDINGS,
    "program.cpp:rememberInterrupt": _ENDINGS,
    "program.cpp:runFile": _ENDINGS,
    "program.cpp:runStandardInput": _ENDINGS,
    "releases.cpp:callOrRelease": _RELEASES,
    "releases.cpp:callOrUndo": f"{_RELEASED}::test_an_exception_at_the_return_undoes_the_call",
    "releases.cpp:callThenRelease": _RELEASES,
    "releases.cpp:releaseThese": _CANNOT,
    "runpatch.cpp:lookUp": f"{_PATCHES}::test_handles_run_where_the_method_of_asyncio_is_missing",
    "socketattempts.cpp:failure": _SIGNAL,
    "socketcoroutine.cpp:stop": _MEMORY,
    "socketsending.cpp:remainder": _MEMORY,
    "taskcoroutine.cpp:has": "python/test_task_coroutine.py::test_nothing_but_a_task_is_changed",
    "threadsafehandle.cpp:HandleLock": f"{_THREADSAFE}_let_a_signal_interrupt_the_wait",
    "threadsafehandle.cpp:~HandleLock": f"{_THREADSAFE}_may_lose_their_lock",
    "threadsafehandle.cpp:addTo": _MEMORY,
    "tasksuspension.cpp:leaveTask": "python/test_interrupt.py::test_ctrl_c_ends_run_forever",
    "transport.cpp:writeInContext": (
        "python/interplay/test_nested_protocols.py"
        "::test_what_was_written_is_sent_but_resuming_waits"
    ),
}

#: Functions that Qt, GLib, the C library or our dispatcher enter; a star stands for any name.
ENTRIES = {
    "EventDispatcher*:register*": _MEMORY,
    "EventDispatcher*:timersForObject": _MEMORY,
    "EventDispatcher*:attach": _MEMORY,
    "EventDispatcher*:startingUp": _MEMORY,
    "EventDispatcher*:processEvents": _THROWN,
    "EventDispatcher*:*": _PLAIN,
    "QAbstractEventDispatcherV2:*": _PLAIN,
    "AttachedHost:attach": _MEMORY,
    "AttachedHost:*": _PLAIN,
    "attachedhost.cpp:*": _PASSED,
    "DispatcherCore:*": _THROWN,
    "LoopCore:*": _PLAIN,
    "DeadlineTimer:*": _PLAIN,
    "NotifierWatcher:activate": _THROWN,
    "NotifierWatcher:*": _PLAIN,
    "readyqueues:*": _PLAIN,
    "forkgeneration.cpp:lambda": _PLAIN,
    "HandleQueue:run": _MEMORY,
    "HandleQueue:*": _PLAIN,
    "GlibContext:*": "- a list of GLib's sources takes memory, without which GLib itself aborts",
    "glibguest.cpp:*": _PASSED,
    "ApplicationEvents:*": _INNER,
    "QpaEvents:*": _INNER,
    "QuitWatch:eventFilter": _PASSED,
    "applicationdispatcher.cpp:leaveSuccessor": _MEMORY,
    "module.cpp:serveAgain": _CALLOUTS,
    "FactoryPlugin:*": "- is called by C++ programs, which get the exception",
    "QtAsyncioPlatformPlugin:create": "- Qt's own plugin makes the platform",
    "QtEventLoops:*": _ARGUMENTS,
    "QtNestedEventLoop:*": _ARGUMENTS,
    "DatagramTransport:*": _INNER,
    "StreamTransport:*": _INNER,
}

#: Functions in tables of CPython's that may stay without NativeCall, and why.
UNGUARDED = {
    "*:traverse*": "visits pointers",
    "*:clear*": "drops references and empties containers, which takes no memory",
    "*:deallocate": "as clear",
    "*:ignore": "does nothing",
    "*:nullptr": "is none",
    "socketoperation.cpp:finalize": "calls Python's own function for warnings alone",
    "transporttypes.cpp:kind.create": "constructs what static_assert says cannot throw",
}

#: The only files with pybind11, which translates C++ exceptions where Python calls its functions.
#: Below Qt nothing would, and up to Python 3.11 its exception for errors may throw another one.
PYBIND = {
    "constructed.h", "embeddedqt.cpp", "embeddedqt.h", "handletypes.cpp", "module.cpp",
    "program.cpp", "program.h", "slotoffset.h", "transporttypes.cpp",
}  # fmt: skip
