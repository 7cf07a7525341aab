# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""`python -m QtAsyncio info` and `QtAsyncio.info`: true, and to be had where nothing else works."""

from __future__ import annotations

import errno
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import QtAsyncio
from conftest import QtCore
from connections import count_descriptors
from interpreter import once, run_python
from process import BINDING, OTHER_BINDING, check_script
from QtAsyncio import _binding, _installation, _native, _probe

if TYPE_CHECKING:
    from collections.abc import Iterable

pytestmark = pytest.mark.slow

PACKAGE = Path(QtAsyncio.__path__[0])
MINOR = QtCore.qVersion().split(".")[1]
HAS_PLUGIN = (PACKAGE / f"plugins/platforms/libqtasyncio-6.{MINOR}.so").exists()
NO_PLUGIN = (
    f"There is none for Qt 6.{MINOR}: QT_QPA_PLATFORM=qtasyncio cannot work with it. "
    "Use `import QtAsyncio` or `python -m QtAsyncio` instead."
)
NO_DISPLAY = dict.fromkeys(("DISPLAY", "WAYLAND_DISPLAY", "QT_PLUGIN_PATH"))


def rows(lines: Iterable[str]) -> dict[str, str]:
    """Return what is told, by label, with the lines of each joined again."""
    told: dict[str, str] = {}
    label = ""
    for line in lines:
        start = re.match(r"(\S+( \S+)*)  +", line)
        label = start[1] if start else label
        told[label] = f"{told.get(label, '')} {line[start.end() if start else 0 :].strip()}".strip()
    return told


def command(status: int = 0, **environment: str | None) -> dict[str, str]:
    """Run `python -m QtAsyncio info`; return what it tells."""
    done = run_python("-m", "QtAsyncio", "info", environment={**NO_DISPLAY, **environment})
    assert (done.returncode, done.stderr) == (status, ""), done.stdout + done.stderr
    return rows(done.stdout.splitlines())


def function(source: str, **environment: str | None) -> dict[str, str]:
    """Run a program after `import QtAsyncio`, then call `info`; return what that tells."""
    source = f"import QtAsyncio\n{source}\nprint(QtAsyncio.info(), end='')"
    return rows(check_script(source, environment=environment))


@once
def test_the_command_tells_what_came_up() -> None:
    told = command(QT_QPA_PLATFORM="offscreen", QTASYNCIO_INSTALL=None)
    assert re.fullmatch(rf"\d+\.\d+\.\d+, in {re.escape(str(PACKAGE))}", told["QtAsyncio"])
    assert re.fullmatch(rf"{BINDING} 6\.\S+: QT_API={BINDING.lower()} says so", told["Binding"])
    assert told["Qt"] == QtCore.qVersion()
    assert told["Platform"] == "offscreen; QT_QPA_PLATFORM asks for offscreen"
    assert told["Application"] == "QGuiApplication"
    assert told["Dispatcher"].startswith("QtAsyncio::EventDispatcher")
    assert told["Mode"] == "native: The dispatcher was put in place by QtAsyncio."
    assert "Messages" not in told
    assert f"QT_API={BINDING.lower()} QT_QPA_PLATFORM=offscreen" in told["Environment"]
    assert f"Linux {os.uname().release}" in told["Kernel"]
    assert told["Compiled with"] == f"Qt {_native.compiled_with_qt}"


@once
def test_the_command_tells_of_the_platform_plugins() -> None:
    told = command(QT_QPA_PLATFORM="offscreen")["Plugin path"]
    folder = _installation.plugin_folder(int(MINOR))
    minors = sorted(int(path.stem.rpartition(".")[2]) for path in folder.glob("platforms/*.so"))
    listed = ", ".join(f"6.{minor}" for minor in minors)
    known = f"platform plugins for Qt {listed}" if minors else "without platform plugins"
    assert told.startswith(f"{folder}, {known} There is")
    assert (f"There is one for Qt 6.{MINOR}." in told, NO_PLUGIN in told) == (
        HAS_PLUGIN,
        not HAS_PLUGIN,
    )


@once
def test_the_command_tells_who_activated_the_dispatcher() -> None:
    told = command(QT_QPA_PLATFORM="qtasyncio:offscreen", QT_PLUGIN_PATH=str(PACKAGE / "plugins"))
    if HAS_PLUGIN:
        assert told["Platform"] == "offscreen; QT_QPA_PLATFORM asks for qtasyncio:offscreen"
        assert told["Mode"] == "native: The dispatcher was put in place by the platform plugin."
    else:
        assert told["Application"] == "none came up"
        assert 'Could not find the Qt platform plugin "qtasyncio"' in told["Messages"]
        assert NO_PLUGIN in told["Plugin path"]


@once
def test_the_command_tells_of_qtasyncio_install_0() -> None:
    told = command(QT_QPA_PLATFORM="offscreen", QTASYNCIO_INSTALL="0")
    assert told["Mode"].startswith("attached: QTASYNCIO_INSTALL=0 keeps QtAsyncio from putting")
    assert not told["Dispatcher"].startswith("QtAsyncio::")
    assert "QTASYNCIO_INSTALL=0" in told["Environment"]


@once
@pytest.mark.parametrize("platform", ["xcb", "nonsense"])
def test_a_platform_that_cannot_start_is_reported(
    platform: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = command(QT_QPA_PLATFORM=platform, PYTHONFAULTHANDLER="1")
    assert told["Platform"] == f"none; QT_QPA_PLATFORM asks for {platform}"
    assert told["Qt"] == QtCore.qVersion()
    assert "no Qt platform plugin could be initialized" in told["Messages"]
    assert told["Messages"].endswith("The process that tried was ended by SIGABRT.")
    assert "Fatal Python error" not in told["Messages"]
    assert not list(tmp_path.iterdir())  # no memory dump


@once
def test_a_binding_that_does_not_load_is_reported(tmp_path: Path) -> None:
    broken = tmp_path / BINDING
    broken.mkdir()
    (broken / "__init__.py").touch()
    (broken / "QtCore.abi3.so").touch()
    told = command(PYTHONPATH=str(tmp_path))
    assert told["Binding"] == f"{BINDING}: QT_API={BINDING.lower()} says so"
    assert told["Messages"].startswith(f"{BINDING}.QtCore cannot be imported: ")
    assert "file too short" in told["Messages"]


@once
def test_a_binding_without_qtgui_is_reported(tmp_path: Path) -> None:
    blocking = f"import sys; sys.modules['{BINDING}.QtGui'] = None"
    (tmp_path / "sitecustomize.py").write_text(blocking)
    told = command(PYTHONPATH=str(tmp_path), QT_QPA_PLATFORM="offscreen")
    assert told["Application"] == "QCoreApplication"
    assert told["Platform"] == "none; QT_QPA_PLATFORM asks for offscreen"
    assert told["Dispatcher"].startswith("QtAsyncio::EventDispatcher")
    assert told["Messages"].startswith(f"{BINDING}.QtGui cannot be imported: ")


def test_an_application_that_does_not_come_up_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_probe, "_PATIENCE", 0.3)
    monkeypatch.setattr(_probe, "_CHILD", "import time; time.sleep(600)")
    found = _probe.new_application(BINDING)
    assert found.messages == "No application came up within 0.3 seconds."


def test_what_is_no_text_in_the_module_path_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.path", [Path("/nowhere"), *sys.path])
    assert _probe.qt_version(BINDING) == QtCore.qVersion()


@once
def test_no_binding_at_all_is_status_1(tmp_path: Path) -> None:
    (tmp_path / "QtAsyncio").symlink_to(PACKAGE)
    environment = {"PYTHONPATH": str(tmp_path), "QT_API": None}
    done = run_python("-S", "-m", "QtAsyncio", "info", environment=environment)
    assert (done.returncode, done.stderr) == (1, "")
    told = rows(done.stdout.splitlines())
    assert told["QtAsyncio"] == f"of unknown version, in {tmp_path / 'QtAsyncio'}"
    assert told["Binding"] == (
        "QtAsyncio needs a Python binding of Qt 6 and finds none: install one with 'pip install "
        "PySide6' or 'pip install PyQt6'."
    )
    assert "epoll_pwait2" in told["Kernel"]


def test_a_binding_that_is_named_and_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_binding, "installed", lambda: [BINDING])
    monkeypatch.setenv("QT_API", OTHER_BINDING.lower())
    with pytest.raises(ImportError) as raised:
        _binding.choice()
    assert str(raised.value) == (
        f"QT_API={OTHER_BINDING.lower()} asks for {OTHER_BINDING}, which is not installed: install "
        f"it with 'pip install {OTHER_BINDING}', or unset QT_API to use {BINDING}."
    )


# ---- In a process of one's own


def test_the_function_loads_no_binding() -> None:
    source = "import sys\nQtAsyncio.info()\nprint([n for n in sys.modules if 'Qt6' in n])"
    assert function(source)[""] == "[]"
    told = function("")
    assert told["Binding"] == (
        f"none is loaded; a loop would take {BINDING}: QT_API={BINDING.lower()} says so"
    )
    assert (told["Application"], told["Running loop"]) == ("none yet", "none")
    assert told["Mode"] == "none: This thread has no event dispatcher yet."


def test_the_function_tells_of_a_dispatcher_of_ours() -> None:
    told = function("from BINDING import QtWidgets; app = QtWidgets.QApplication([])")
    assert re.fullmatch(rf"{BINDING} 6\.\S+: the program has loaded it", told["Binding"])
    assert told["Qt"] == QtCore.qVersion()
    assert told["Application"] == "QApplication"
    assert told["Platform"].startswith("offscreen; ")
    assert told["Dispatcher"].startswith("QtAsyncio::EventDispatcher")
    assert told["Mode"] == "native: The dispatcher was put in place by QtAsyncio."
    assert told["Thread"] == "MainThread"


def test_the_function_makes_no_application() -> None:
    told = function("from BINDING import QtCore")
    assert (told["Application"], told["Platform"].split(";")[0]) == ("none yet", "none")
    assert told["Mode"].startswith("native: ")


def test_the_function_tells_of_an_application_that_was_first() -> None:
    lines = check_script(
        """
        from BINDING import QtCore, QtWidgets
        app = QtWidgets.QApplication([])
        import QtAsyncio
        print(QtAsyncio.info())
        """
    )
    told = rows(lines)
    assert told["Mode"] == (
        "attached: The application was made before QtAsyncio was imported, with another dispatcher."
    )
    assert not told["Dispatcher"].startswith("QtAsyncio::")


def test_the_function_tells_of_a_dispatcher_that_was_not_asked_for() -> None:
    source = "from BINDING import QtCore; app = QtCore.QCoreApplication([])"
    told = function(source, QTASYNCIO_INSTALL="0")
    assert told["Application"] == "QCoreApplication"
    assert told["Mode"].startswith("attached: QTASYNCIO_INSTALL=0 keeps")
    assert not told["Dispatcher"].startswith("QtAsyncio::")


def test_the_function_tells_of_the_thread_that_calls() -> None:
    lines = check_script(
        """
        import QtAsyncio, asyncio, threading
        from BINDING import QtCore
        app = QtCore.QCoreApplication([])
        async def main():
            print(QtAsyncio.info(), end="")
        def work():
            loop = QtAsyncio.new_event_loop()
            loop.run_until_complete(main())
            loop.close()
        thread = threading.Thread(target=work, name="mine")
        thread.start()
        thread.join()
        """
    )
    told = rows(lines)
    assert told["Thread"] == "mine"
    assert told["Mode"].startswith("native: ")
    assert told["Running loop"].startswith("<QAsyncioEventLoop running=True")


# ---- The kernel


def test_kernel_features_are_what_the_kernel_answers() -> None:
    features = _native.kernel_features()
    assert sorted(features) == ["epoll_pwait2", "eventfd", "pidfd_open", "timerfd"]
    assert features["eventfd"] == features["timerfd"] == 0  # nothing works without these
    assert features["epoll_pwait2"] in (0, errno.ENOSYS, errno.EPERM)
    try:
        os.close(os.pidfd_open(os.getpid()))
        answer = 0
    except OSError as error:
        answer = error.errno or 0
    assert features["pidfd_open"] == answer


def test_kernel_features_leave_no_descriptor_open() -> None:
    before = count_descriptors()
    _native.kernel_features()
    assert count_descriptors() <= before
