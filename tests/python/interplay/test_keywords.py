# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Every public method of loops and transports can be called as asyncio's own, also by names."""

from __future__ import annotations

import asyncio
import gc
import inspect
import os
from asyncio import selector_events, unix_events
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from connections import Recorder, connection, read
from QtAsyncio import _pipes, _transports

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

STREAM = selector_events._SelectorSocketTransport  # type: ignore[attr-defined]
DATAGRAM = selector_events._SelectorDatagramTransport  # type: ignore[attr-defined]
READ_PIPE = unix_events._UnixReadPipeTransport  # type: ignore[attr-defined]
WRITE_PIPE = unix_events._UnixWritePipeTransport  # type: ignore[attr-defined]

#: Ours, asyncio's, and what of asyncio's is meant: not what its classes have besides.
TYPES: list[tuple[type, type, type]] = [
    (QtAsyncio.QAsyncioEventLoop, asyncio.SelectorEventLoop, asyncio.SelectorEventLoop),
    (_transports.SocketTransport, STREAM, asyncio.Transport),
    (_transports.DatagramTransport, DATAGRAM, asyncio.DatagramTransport),
    (_pipes.ReadPipeTransport, READ_PIPE, asyncio.ReadTransport),
    (_pipes.WritePipeTransport, WRITE_PIPE, asyncio.WriteTransport),
    (QtAsyncio.QAsyncioHandle, asyncio.Handle, asyncio.Handle),
    (QtAsyncio.QAsyncioTimerHandle, asyncio.TimerHandle, asyncio.TimerHandle),
]


def public_methods() -> Iterator[Any]:
    for ours, asyncios, scope in TYPES:
        for name in dir(scope):
            if not name.startswith("_") and callable(getattr(ours, name)):
                values = getattr(ours, name), getattr(asyncios, name)
                yield pytest.param(*values, id=f"{ours.__name__}.{name}")


def parameters(method: Any) -> dict[str, inspect.Parameter]:
    return {
        name: parameter.replace(annotation=inspect.Parameter.empty)
        for name, parameter in inspect.signature(method).parameters.items()
        if name != "self"
    }


def is_accepted(theirs: inspect.Parameter, ours: dict[str, inspect.Parameter]) -> bool:
    """Whether ours can be given what theirs can: by place, by name, or not at all."""
    parameter = ours.get(theirs.name)
    if parameter is None and theirs.kind is theirs.KEYWORD_ONLY:
        return any(it.kind is it.VAR_KEYWORD for it in ours.values())
    return parameter == theirs


@pytest.mark.parametrize(("ours", "asyncios"), [*public_methods()])
def test_a_method_has_the_parameters_of_asyncio(ours: Any, asyncios: Any) -> None:
    if ours is asyncios:
        return  # it is inherited
    theirs, own = parameters(asyncios), parameters(ours)
    assert [it for it in theirs.values() if not is_accepted(it, own)] == []
    places = [it.name for it in own.values() if it.kind is it.POSITIONAL_OR_KEYWORD]
    assert places == [it.name for it in theirs.values() if it.kind is it.POSITIONAL_OR_KEYWORD]


def test_a_method_of_an_object_has_no_self(qt_loop: Any) -> None:
    assert str(inspect.signature(qt_loop.add_reader)) == "(fd, callback, *args)"
    assert str(inspect.signature(qt_loop.time)) == "()"
    assert qt_loop.add_reader.__doc__.startswith("Call back whenever a descriptor is readable.")


def test_a_loop_that_could_not_be_made_says_no_more() -> None:
    """What is left of it is not an open loop."""
    make: Any = QtAsyncio.QAsyncioEventLoop
    with pytest.raises(TypeError, match="other"):
        make(other=1)
    gc.collect()  # a warning, or an exception in __del__, would be this test's failure


def test_descriptors_are_watched_by_names(
    loop: Any, pair: tuple[socket.socket, socket.socket]
) -> None:
    ours, theirs = pair
    called: list[str] = []

    def stop() -> None:
        called.append("reader")
        assert loop.remove_reader(fd=ours)
        loop.stop()

    loop.add_reader(callback=stop, fd=ours)
    loop.add_writer(ours, callback=lambda: called.append("writer"))
    theirs.send(b"x")
    loop.run_forever()
    assert sorted(set(called)) == ["reader", "writer"]
    assert loop.remove_writer(fd=ours.fileno())
    assert not loop.remove_writer(fd=ours)


@pytest.mark.parametrize("method", ["add_reader", "add_writer"])
@pytest.mark.parametrize(
    ("args", "names"),
    [
        ((), {}),
        ((0,), {}),
        ((), {"callback": print}),
        ((), {"fd": 0}),
        ((0, print), {"fd": 1}),
        ((0,), {"callback": print, "context": None}),
        ((0, print), {"other": 1}),
    ],
    ids=str,
)
def test_watching_with_wrong_arguments_raises(
    loop: Any, method: str, args: tuple[Any, ...], names: dict[str, Any]
) -> None:
    with pytest.raises(TypeError, match=rf"{method}\(\) (missing|got)"):
        getattr(loop, method)(*args, **names)


@pytest.mark.parametrize("method", ["remove_reader", "remove_writer"])
@pytest.mark.parametrize(
    ("args", "names", "complaint"),
    [
        ((), {}, "missing 1 required positional argument: 'fd'"),
        ((0, 1), {}, "takes 2 positional arguments but 3 were given"),
        ((0,), {"fd": 1}, "got multiple values for argument 'fd'"),
        ((), {"fd": 1, "file": 2}, "got an unexpected keyword argument 'file'"),
    ],
    ids=str,
)
def test_removing_with_wrong_arguments_raises(
    loop: Any, method: str, args: tuple[Any, ...], names: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(TypeError, match=complaint):
        getattr(loop, method)(*args, **names)


WRONG: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    ((), {}),
    ((1, 2), {}),
    ((), {"x": 1}),
    ((), {"data": 1, "x": 1}),
    ((1,), {"data": 1, "protocol": 1, "list_of_data": 1}),
]


def test_a_transport_takes_names(loop: Any) -> None:
    async def main() -> None:
        first, second = Recorder(), Recorder()
        async with connection(first) as (transport, theirs):
            transport.write(data=b"one ")
            transport.writelines(list_of_data=[b"and ", b"two"])
            assert await read(theirs, 11) == b"one and two"
            transport.set_protocol(protocol=second)
            assert transport.get_protocol() is second
            for method in transport.write, transport.writelines, transport.set_protocol:
                for args, names in WRONG:
                    with pytest.raises(TypeError, match=method.__name__):
                        method(*args, **names)

    loop.run_until_complete(main())


def test_a_pipe_takes_names(loop: Any) -> None:
    async def main() -> None:
        reading, writing = os.pipe()
        file = os.fdopen(writing, "wb", 0)
        transport, _ = await loop.connect_write_pipe(Recorder, file)
        transport.write(data=b"one")
        transport.writelines(list_of_data=[b" two"])
        assert os.read(reading, 100) == b"one two"
        transport.close()
        os.close(reading)
        await asyncio.sleep(0)

    loop.run_until_complete(main())


def test_a_task_is_created_by_names(loop: Any) -> None:
    async def main() -> str:
        task = asyncio.current_task()
        assert task is not None
        return task.get_name()

    assert loop.run_until_complete(loop.create_task(coro=main(), name="mine")) == "mine"
