# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""`QtAsyncio.run`: what it returns and raises, and what it leaves behind."""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import signal
import sys
from typing import Any

import pytest

import QtAsyncio
from conftest import QtCore, QtWidgets, until
from process import check_script

pytestmark = pytest.mark.usefixtures("application")


async def giving(value: Any) -> Any:
    await asyncio.sleep(0)
    return value


async def raising(exception: BaseException) -> None:
    await asyncio.sleep(0)
    raise exception


def quit_soon() -> None:
    QtCore.QTimer.singleShot(0, QtCore.QCoreApplication.quit)


def state_of_the_process() -> list[Any]:
    wakeup = signal.set_wakeup_fd(-1)
    signal.set_wakeup_fd(wakeup)
    policy = asyncio.get_event_loop_policy() if sys.version_info < (3, 14) else None
    return [
        policy,
        asyncio._get_running_loop(),
        signal.getsignal(signal.SIGINT),
        wakeup,
        sys.get_asyncgen_hooks(),
    ]


def test_run_has_the_signature_of_the_original() -> None:
    signature = inspect.signature(QtAsyncio.run)
    assert list(signature.parameters) == [
        "coro", "keep_running", "quit_qapp", "handle_sigint", "debug",
    ]  # fmt: skip
    defaults = [parameter.default for parameter in signature.parameters.values()]
    assert defaults == [None, True, True, False, None]
    kinds = [parameter.kind.name for parameter in signature.parameters.values()]
    assert kinds == ["POSITIONAL_OR_KEYWORD"] * 3 + ["KEYWORD_ONLY"] * 2


@pytest.mark.parametrize("value", [0, 0.0, False, "", [], {}, (), None, 42, "text"])
def test_run_returns_what_the_coroutine_returns_falsy_or_not(value: Any) -> None:
    result = QtAsyncio.run(giving(value), keep_running=False)
    assert result == value
    assert type(result) is type(value)


def test_run_that_keeps_running_returns_none_when_the_application_quits() -> None:
    async def main() -> int:
        quit_soon()
        return 42

    assert QtAsyncio.run(main()) is None


def test_run_without_a_coroutine_runs_until_the_application_quits() -> None:
    quit_soon()
    assert QtAsyncio.run() is None


def test_run_serves_tasks_that_slots_start() -> None:
    steps = []

    async def work() -> None:
        steps.append(asyncio.get_running_loop())
        await asyncio.sleep(0.01)
        QtCore.QCoreApplication.quit()

    QtCore.QTimer.singleShot(0, lambda: steps.append(asyncio.ensure_future(work())))
    QtAsyncio.run()
    assert isinstance(steps[0], asyncio.Task)
    assert isinstance(steps[1], QtAsyncio.QAsyncioEventLoop)
    assert steps[0].done()


@pytest.mark.parametrize("keep_running", [True, False])
@pytest.mark.parametrize("exception", [SystemExit(3), KeyboardInterrupt()])
def test_run_lets_a_task_end_the_program(keep_running: bool, exception: BaseException) -> None:
    async def main() -> None:
        asyncio.get_running_loop().create_task(raising(exception))
        await asyncio.sleep(60)

    before = state_of_the_process()
    with pytest.raises(type(exception)) as caught:
        QtAsyncio.run(main(), keep_running=keep_running)
    assert caught.value is exception
    assert state_of_the_process() == before


@pytest.mark.parametrize("keep_running", [True, False])
@pytest.mark.parametrize("exception", [SystemExit(3), KeyboardInterrupt()])
def test_run_lets_the_main_task_end_the_program(
    keep_running: bool, exception: BaseException
) -> None:
    before = state_of_the_process()
    with pytest.raises(type(exception)):
        QtAsyncio.run(raising(exception), keep_running=keep_running)
    assert state_of_the_process() == before


@pytest.mark.parametrize("exception", [SystemExit(3), KeyboardInterrupt()])
def test_run_lets_a_callback_end_the_program(exception: BaseException) -> None:
    def callback() -> None:
        raise exception

    async def main() -> None:
        asyncio.get_running_loop().call_later(0.001, callback)
        await asyncio.sleep(60)

    with pytest.raises(type(exception)):
        QtAsyncio.run(main())


def test_run_raises_the_coroutines_exception_and_restores_everything() -> None:
    before = state_of_the_process()
    with pytest.raises(ZeroDivisionError):
        QtAsyncio.run(raising(ZeroDivisionError()), keep_running=False)
    assert state_of_the_process() == before


def test_run_that_keeps_running_reports_the_coroutines_exception_and_goes_on() -> None:
    contexts: list[dict[str, Any]] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda *args: contexts.append(args[1]))
        loop.call_later(0.01, QtCore.QCoreApplication.quit)
        raise ZeroDivisionError

    assert QtAsyncio.run(main()) is None
    assert [type(context["exception"]) for context in contexts] == [ZeroDivisionError]


def test_run_without_anything_to_run_is_an_error_and_changes_nothing() -> None:
    before = state_of_the_process()
    with pytest.raises(RuntimeError) as caught:
        QtAsyncio.run(keep_running=False)
    assert str(caught.value) == (
        "QtAsyncio was set not to keep running after the coroutine finished, "
        "but no coroutine was provided."
    )
    assert state_of_the_process() == before


def test_run_with_something_else_than_a_coroutine_is_an_error() -> None:
    with pytest.raises(ValueError, match="a coroutine was expected, got 5"):
        QtAsyncio.run(5)  # type: ignore[arg-type]


@pytest.mark.parametrize("outer", ["run", "run_until_complete"])
def test_run_inside_a_running_loop_is_asyncios_error(outer: str, qt_loop: Any) -> None:
    async def inner() -> None:
        coroutine = giving(1)
        with pytest.raises(
            RuntimeError, match=r"asyncio\.run\(\) cannot be called from a running event loop"
        ):
            QtAsyncio.run(coroutine)
        coroutine.close()

    if outer == "run":
        QtAsyncio.run(inner(), keep_running=False)
    else:
        qt_loop.run_until_complete(inner())


def test_run_can_be_repeated() -> None:
    results = [QtAsyncio.run(giving(i), keep_running=False) for i in range(3)]
    quit_soon()
    results.append(QtAsyncio.run(giving(3)))
    results.append(asyncio.run(giving(4)))
    results.append(QtAsyncio.run(giving(5), False, False))
    assert results == [0, 1, 2, None, 4, 5]


def test_run_cancels_and_awaits_pending_tasks() -> None:
    steps = []

    async def pending() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.001)
            steps.append("cleaned up")

    async def main() -> None:
        steps.append(asyncio.create_task(pending()))
        await asyncio.sleep(0)

    QtAsyncio.run(main(), keep_running=False)
    assert steps[1:] == ["cleaned up"]
    assert steps[0].cancelled()  # type: ignore[attr-defined]


def test_run_reports_what_a_task_raises_while_it_is_cancelled() -> None:
    contexts: list[dict[str, Any]] = []

    async def pending() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            raise ZeroDivisionError

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda *args: contexts.append(args[1]))
        loop.pending = loop.create_task(pending())  # type: ignore[attr-defined]
        await asyncio.sleep(0)

    QtAsyncio.run(main(), keep_running=False)
    assert [type(context["exception"]) for context in contexts] == [ZeroDivisionError]


def test_run_leaves_the_application_alone_unless_it_shall_quit() -> None:
    window = QtWidgets.QWidget()
    window.show()
    QtAsyncio.run(giving(None), keep_running=False, quit_qapp=False)
    assert window.isVisible()
    assert QtWidgets.QApplication.instance() is not None
    quit_soon()
    assert QtWidgets.QApplication.exec() == 0  # usable
    window.show()
    QtAsyncio.run(giving(None), keep_running=False, quit_qapp=True)
    assert not window.isVisible()


def test_run_with_the_application_alive_gives_a_second_run() -> None:
    async def main() -> int:
        fired: list[int] = []
        QtCore.QTimer.singleShot(1, lambda: fired.append(1))
        await until(lambda: fired)
        return len(fired)

    runs = [QtAsyncio.run(main(), keep_running=False, quit_qapp=False) for _ in range(2)]
    assert runs == [1, 1]


def test_run_emits_about_to_quit_once() -> None:
    emitted = []
    QtCore.QCoreApplication.instance().aboutToQuit.connect(lambda: emitted.append(1))
    QtAsyncio.run(giving(None), keep_running=False)
    assert emitted == [1]


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("keep_running", [True, False])
def test_run_sets_the_debug_mode(debug: bool, keep_running: bool) -> None:
    seen = []

    async def main() -> None:
        seen.append(asyncio.get_running_loop().get_debug())
        quit_soon()
        await asyncio.sleep(0)

    QtAsyncio.run(main(), keep_running=keep_running, debug=debug)
    assert seen == [debug]


def test_run_shows_the_coroutine_the_callers_context() -> None:
    variable: contextvars.ContextVar[int] = contextvars.ContextVar("variable")
    variable.set(7)

    async def main() -> int:
        return variable.get()

    assert QtAsyncio.run(main(), keep_running=False) == 7


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="no policy is set there")
def test_run_sets_its_policy_and_puts_the_former_back() -> None:
    former = asyncio.get_event_loop_policy()

    async def main() -> Any:
        return asyncio.get_event_loop_policy()

    policy = QtAsyncio.run(main(), keep_running=False)
    assert isinstance(policy, QtAsyncio.QAsyncioEventLoopPolicy)
    assert asyncio.get_event_loop_policy() is former


@pytest.mark.slow
def test_run_without_an_application_makes_one_but_a_loop_does_not() -> None:
    assert check_script("""
        import QtAsyncio
        from BINDING import QtCore
        loop = QtAsyncio.new_event_loop()
        print(QtCore.QCoreApplication.instance())
        loop.close()
        async def main():
            return type(QtCore.QCoreApplication.instance()).__name__
        print(QtAsyncio.run(main(), keep_running=False))
        """) == ["None", "QCoreApplication"]
