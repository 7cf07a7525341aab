# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A C++ program that embeds Python, compiled and run: coroutines without a binding of Qt."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import QtAsyncio

pybind11 = pytest.importorskip("pybind11", reason="what QtAsyncio is built with is not here")

pytestmark = [pytest.mark.slow, pytest.mark.program]

ROOT = Path(__file__).parents[2]
LIBRARIES = Path(QtAsyncio.__path__[0]).resolve() / "lib"


def compiler_flags() -> list[str]:
    """Return what finds Python, Qt and QtAsyncio as built here."""
    variable = sysconfig.get_config_var
    folders = [variable("LIBDIR"), variable("LIBPL")]
    qt = next(Path("/usr/include").glob("*/qt6"))
    libraries = {path.resolve().parent for path in LIBRARIES.glob("*.so")}
    return [
        *("-std=c++20", "-fPIC", "-DQT_NO_KEYWORDS", "-Wl,--export-dynamic"),
        *(f"-isystem{path}" for path in (qt, qt / "QtCore", pybind11.get_include())),
        f"-isystem{sysconfig.get_path('include')}",
        *(f"-L{folder}" for folder in (*libraries, *folders)),
        *(f"-Wl,-rpath,{folder}" for folder in (*libraries, folders[0])),
        *("-lQtAsyncioFactory", "-lQtAsyncioDispatcher", "-lQt6Core"),
        *(f"-lpython{variable('LDVERSION')}", *shlex.split(variable("LIBS") or ""), "-lm"),
    ]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the example, compiled with the headers where an installation puts them."""
    folder = tmp_path_factory.mktemp("embedding")
    headers = folder / "QtAsyncio"
    headers.mkdir()
    for header in (*ROOT.glob("dispatcher/*.h"), *ROOT.glob("plugin/*.h")):
        (headers / header.name).symlink_to(header)
    return compile_program(ROOT / "examples/cpp/embedding.cpp", folder)


def compile_program(source: Path, folder: Path) -> Path:
    """Compile into a folder, where headers may be too."""
    program = folder / source.stem
    subprocess.run(
        ["g++", str(source), f"-I{folder}", "-o", str(program), *compiler_flags()],
        check=True,
        timeout=120,
    )
    return program


def run_to_end(
    program: Path, *arguments: str, folder: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the program, with one more folder of Python modules.

    Not in asyncio's debug mode, which logs slow callbacks.
    """
    package = str(Path(QtAsyncio.__path__[0]).parent)
    path = os.pathsep.join([*([str(folder)] if folder else []), package, *filter(None, sys.path)])
    python = {"PYTHONPATH": path, "PYTHONHOME": sys.base_prefix}
    return subprocess.run(
        [program, *arguments],
        env={**os.environ, "PYTHONASYNCIODEBUG": "", "PYTHONDEVMODE": "", **python, **environment},
        timeout=60,
        text=True,
        capture_output=True,
    )


def run_program(program: Path, *arguments: str, folder: Path | None = None) -> str:
    """Run the program, which has to end well and silently; return what it has written."""
    done = run_to_end(program, *arguments, folder=folder)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    return done.stdout


MODES = pytest.mark.parametrize("arguments", [[], ["late"]], ids=["native", "attached"])


@pytest.mark.timeout(180)
@MODES
def test_coroutines_run_in_the_exec_of_the_program(program: Path, arguments: list[str]) -> None:
    assert run_program(program, *arguments) == "14, ticking\n"


@pytest.mark.timeout(180)
@MODES
def test_info_tells_of_the_programs_dispatcher(
    program: Path, arguments: list[str], tmp_path: Path
) -> None:
    # Python runs this module when it is started, and the program has its application by then.
    (tmp_path / "sitecustomize.py").write_text("import QtAsyncio; print(QtAsyncio.info())")
    written = run_program(program, *arguments, folder=tmp_path)
    assert "none: Qt was loaded by the program that embeds Python\n" in written
    assert "Application      one of the program\n" in written
    assert f"Mode             {'attached' if arguments else 'native'}: " in written


@pytest.mark.timeout(180)
@MODES
def test_what_is_ready_when_the_application_quits_still_runs(
    program: Path, arguments: list[str], tmp_path: Path
) -> None:
    source = """
import asyncio, QtAsyncio
from QtAsyncio import _embedded
async def main():
    _embedded.QCoreApplication.instance().quit()
    for _ in range(50):
        await asyncio.sleep(0)
    return "ended normally"
loop = QtAsyncio.new_event_loop()
print(loop.run_until_complete(main()))
loop.close()
"""
    (tmp_path / "sitecustomize.py").write_text(source)
    assert "ended normally\n" in run_program(program, *arguments, folder=tmp_path)


@pytest.mark.timeout(180)
def test_a_preloaded_library_serves_the_coroutines_of_the_program(
    program: Path, tmp_path: Path
) -> None:
    """It has put a dispatcher in place before a program that would have Qt's own begins."""
    (tmp_path / "sitecustomize.py").write_text("import QtAsyncio; print(QtAsyncio.info())")
    done = run_to_end(
        program,
        "late",
        folder=tmp_path,
        LD_PRELOAD=str(LIBRARIES / "libQtAsyncioPreload.so"),
        QT_LOGGING_RULES="qtasyncio.dispatcher=true",
    )
    assert "Mode             native: " in done.stdout
    assert done.stdout.endswith("14, ticking\n")
    assert "put in place by the preload library" in done.stderr
    assert "has served" in done.stderr
    assert done.returncode == 0


@pytest.mark.timeout(180)
def test_a_thread_ends_after_the_interpreter(tmp_path: Path) -> None:
    """It has a guest, which falls silent: Qt's part of the thread goes on."""
    ending = compile_program(Path(__file__).with_name("ending.cpp"), tmp_path)
    assert run_program(ending) == "ended\n"
