# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Test frameworks that make the loop: each is given ours, in a process as its user starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from interpreter import once
from process import BINDING, PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.program, once]

BEGINNING = """
import asyncio
import QtAsyncio
from BINDING import QtCore, QtWidgets

async def use_qt_and_asyncio():
    assert isinstance(asyncio.get_running_loop(), QtAsyncio.QAsyncioEventLoop)
    clicked = asyncio.Event()
    button = QtWidgets.QPushButton("a button")
    button.clicked.connect(clicked.set)
    QtCore.QTimer.singleShot(1, button.click)
    await asyncio.wait_for(clicked.wait(), 20)
    process = await asyncio.create_subprocess_exec("cat", stdin=-1, stdout=-1)
    assert (await process.communicate(b"text"))[0] == b"text"
    assert await asyncio.to_thread(pow, 2, 10) == 1024
"""


def run_tests(folder: Path, files: dict[str, str], *command: str) -> str:
    """Run tests in a process of their own; return what they say if none fails."""
    for name, text in files.items():
        (folder / name).write_text(text.replace("BINDING", BINDING))
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-m", *command],
        cwd=folder,
        env={**os.environ, "PYTEST_QT_API": BINDING.lower(), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


PYTEST = ("pytest", "-q", "-p", "no:cacheprovider", "-W", "error", ".")

ASYNCIO_CONFTEST = """
import QtAsyncio

def pytest_asyncio_loop_factories(config, item):
    return {"QtAsyncio": QtAsyncio.new_event_loop}
"""
ASYNCIO_TESTS = f"""{BEGINNING}
import pytest
import pytest_asyncio

@pytest_asyncio.fixture
async def number(qapp):
    await asyncio.sleep(0.001)
    yield 7
    await asyncio.sleep(0.001)

@pytest.mark.asyncio
async def test_loop(number):
    await use_qt_and_asyncio()
    assert number == 7

@pytest.mark.asyncio
async def test_loop_again(number):
    await use_qt_and_asyncio()

def test_beside_it(qtbot):
    window = QtWidgets.QWidget()
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()

@pytest.mark.asyncio(loop_scope="module")
class TestModule:
    async def test_first(self, qapp):
        TestModule.loop = asyncio.get_running_loop()
        await use_qt_and_asyncio()

    async def test_second(self, qtbot):
        assert asyncio.get_running_loop() is TestModule.loop
        await use_qt_and_asyncio()
"""


def test_pytest_asyncio_uses_our_loop_beside_pytest_qt(tmp_path: Path) -> None:
    pytest.importorskip("pytest_asyncio", reason="pytest-asyncio is not installed")
    pytest.importorskip("pytestqt", reason="pytest-qt is not installed")
    files = {
        "conftest.py": ASYNCIO_CONFTEST,
        "test_loop.py": ASYNCIO_TESTS,
        "pytest.ini": "[pytest]\nasyncio_default_fixture_loop_scope = function\n",
    }
    assert "5 passed" in run_tests(tmp_path, files, *PYTEST)


ANYIO_TESTS = f"""{BEGINNING}
import anyio
import pytest

@pytest.fixture
def anyio_backend(qapp):
    return "asyncio", {{"loop_factory": QtAsyncio.new_event_loop}}

@pytest.fixture
async def number():
    await anyio.sleep(0.001)
    yield 7

@pytest.mark.anyio
async def test_loop(number):
    await use_qt_and_asyncio()
    async with anyio.create_task_group() as group:
        group.start_soon(anyio.sleep, 0.001)
    assert number == 7

@pytest.mark.anyio
async def test_loop_again():
    await use_qt_and_asyncio()
"""


def test_anyios_pytest_plugin_uses_our_loop(tmp_path: Path) -> None:
    pytest.importorskip("anyio", reason="anyio is not installed")
    pytest.importorskip("pytestqt", reason="pytest-qt is not installed")
    command = (*PYTEST[:-1], "-p", "no:asyncio", ".")
    assert "2 passed" in run_tests(tmp_path, {"test_loop.py": ANYIO_TESTS}, *command)


UNITTEST = f"""{BEGINNING}
import sys, unittest
app = QtWidgets.QApplication([])

class TestLoop(unittest.IsolatedAsyncioTestCase):
    if sys.version_info >= (3, 13):
        loop_factory = staticmethod(QtAsyncio.new_event_loop)  # a function would be a method
    async def asyncSetUp(self):
        await asyncio.sleep(0.001)
        self.addAsyncCleanup(asyncio.sleep, 0.001)
    async def test_loop(self):
        await use_qt_and_asyncio()
    async def test_loop_again(self):
        await use_qt_and_asyncio()

if sys.version_info < (3, 13):  # there is no factory: unittest asks the policy
    def setUpModule():
        asyncio.set_event_loop_policy(QtAsyncio.QAsyncioEventLoopPolicy(quit_qapp=False))
    def tearDownModule():
        asyncio.set_event_loop_policy(None)
"""


def test_unittest_uses_our_loop(tmp_path: Path) -> None:
    said = run_tests(tmp_path, {"test_loop.py": UNITTEST}, "unittest", "test_loop")
    assert "Ran 2 tests" in said
    assert "OK" in said
    assert "Warning" not in said
