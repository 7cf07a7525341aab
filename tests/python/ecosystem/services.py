# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Servers of Debian's, each started once on a free port, and ended by its process."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conftest import PATIENCE
from ecosystem.report import REPORT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

#: Runs a server that gets SIGINT at the latest when the process that has started it is gone.
NO_ORPHAN = ("setpriv", "--pdeathsig", "INT")
#: How often another port is tried, if somebody else was faster to take the free one.
ATTEMPTS = 3


@dataclass
class Server:
    """Where a server listens."""

    port: int
    folder: Path  # of its Unix socket
    user: str


def find_program(name: str, pattern: str, package: str) -> str:
    """Return the path of the newest program, or of one in PATH, or skip the test."""
    found = max(map(str, Path("/").glob(pattern)), default=shutil.which(name))
    if found is None:
        REPORT.missing[package] = "not installed"
        pytest.skip(f"Debian's package {package} is not installed")
    version = subprocess.run([found, "--version"], capture_output=True, text=True, timeout=PATIENCE)
    number = re.search(r"\d+(\.\d+)+", version.stdout)
    REPORT.versions[package] = number[0] if number else version.stdout
    return found


@contextmanager
def started(
    command: Sequence[str], ready: Callable[[], bool], stop: int, **options: Any
) -> Iterator[bool]:
    """Run a server until the end of the block; tell whether it has become ready."""
    process = subprocess.Popen(
        [*NO_ORPHAN, *command], stdin=subprocess.DEVNULL, start_new_session=True, **options
    )
    try:
        give_up = time.monotonic() + PATIENCE
        while not (answer := ready()) and process.poll() is None and time.monotonic() < give_up:
            time.sleep(0.01)
        yield answer
    finally:
        process.send_signal(stop)
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)


@contextmanager
def listening(
    folder: Path, ready: Callable[[int], bool], command: Callable[[int], list[str]], **options: Any
) -> Iterator[int]:
    """Run a server on a free port."""
    log = folder / "log"
    with ExitStack() as stack, log.open("wb") as output:
        for _ in range(ATTEMPTS):
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port: int = free.getsockname()[1]
            attempt = started(
                command(port), lambda p=port: ready(p), stdout=output, stderr=output, **options
            )
            if stack.enter_context(attempt):
                yield port
                return
            stack.close()
    pytest.fail(f"the server did not start: {log.read_text()}")


@contextmanager
def server_folder(user: str) -> Iterator[Path]:
    """Make a folder for a user's server: pytest's own ones are closed to all but ourselves."""
    with tempfile.TemporaryDirectory(prefix="qtasyncio-") as name:
        if os.geteuid() == 0:
            shutil.chown(name, user)
        yield Path(name)


@pytest.fixture(scope="module")
def postgresql() -> Iterator[Server]:
    """Start a PostgreSQL that trusts everybody on this machine."""
    initdb = find_program("initdb", "usr/lib/postgresql/*/bin/initdb", "postgresql")
    programs = Path(initdb).parent
    user, identity = pwd.getpwuid(os.geteuid()).pw_name, {}
    if os.geteuid() == 0:  # as which it refuses to run; Debian's package brings a user for it
        user = "postgres"
        identity = {"user": user, "group": user, "extra_groups": []}
    with server_folder(user) as folder:
        data = folder / "data"
        subprocess.run(
            [initdb, "-D", data, "-U", user, "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
            check=True, cwd=folder, stdout=subprocess.DEVNULL, timeout=PATIENCE * 3, **identity,
        )  # fmt: skip

        def command(port: int) -> list[str]:
            settings = ["fsync=off", "max_connections=50", f"unix_socket_directories={folder}"]
            return [
                str(programs / "postgres"), "-D", str(data), "-h", "127.0.0.1", "-p", str(port),
                *(f"-c{setting}" for setting in settings),
            ]  # fmt: skip

        def ready(port: int) -> bool:
            ask = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
            return subprocess.run(ask, timeout=PATIENCE).returncode == 0

        options = {"stop": signal.SIGINT, "cwd": folder, **identity}  # SIGTERM waits for clients
        with listening(folder, ready, command, **options) as port:
            yield Server(port, folder, user)


@pytest.fixture(scope="module")
def redis_server() -> Iterator[Server]:
    """Start a Redis that keeps nothing."""
    program = find_program("redis-server", "usr/bin/redis-server", "redis-server")
    user = pwd.getpwuid(os.geteuid()).pw_name
    with server_folder(user) as folder:

        def command(port: int) -> list[str]:
            address = ["--bind", "127.0.0.1", "--port", str(port)]
            address += ["--unixsocket", str(folder / "redis.sock")]
            return [program, *address, "--save", "", "--appendonly", "no", "--dir", str(folder)]

        def ready(port: int) -> bool:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as connection:
                connection.settimeout(1)
                connection.sendall(b"PING\r\n")
                return connection.recv(16) == b"+PONG\r\n"
            return False

        with listening(folder, ready, command, stop=signal.SIGTERM) as port:
            yield Server(port, folder, user)
