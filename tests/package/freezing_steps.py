# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Tools that freeze programs, environments for them, and the user of a frozen program."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packaging_steps import DISTRIBUTIONS, call, environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FREEZING_SECONDS = 900
_PATIENCE = 60

#: The distributions that a tool is made of, itself first.
TOOLS = {
    "PyInstaller": ("pyinstaller", "pyinstaller-hooks-contrib", "altgraph"),
    "cx_Freeze": ("cx-Freeze", "freeze-core", "filelock"),
    "Nuitka": ("Nuitka",),
}
_SHARED = ("QtAsyncio", "packaging", "setuptools")


def is_installed(distribution: str) -> bool:
    try:
        metadata.distribution(distribution)
    except metadata.PackageNotFoundError:
        return False
    return True


def install(bindings: Sequence[str], tool: str, folder: Path) -> Workshop:
    """Make an environment of bindings, a tool and QtAsyncio, as they are installed here."""
    call(sys.executable, "-m", "venv", "--without-pip", folder)
    (site,) = folder.glob("lib/python*/site-packages")
    names = [name for binding in bindings for name in DISTRIBUTIONS[binding]]
    for name in (*names, *TOOLS[tool], *_SHARED):
        _link_files(name, site)
    return Workshop(folder, site)


def _link_files(name: str, site: Path) -> None:
    """Make hard links, or else copies: tools follow symbolic links out of the environment."""
    distribution = metadata.distribution(name)
    for file in distribution.files or ():
        source, target = Path(str(distribution.locate_file(file))), site / file
        if ".." not in file.parts and source.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(source, target)
            except OSError:  # on another file system
                shutil.copy2(source, target)


@dataclass(frozen=True)
class Workshop:
    """An environment in which a tool freezes programs, each in a folder of its own."""

    folder: Path
    site: Path

    def pyinstaller(self, source: str, *options: str, **variables: str) -> tuple[Frozen, str]:
        """Freeze a program; return it and what PyInstaller says."""
        folder = self._write(source)
        said = self._run(folder, "PyInstaller", *options, "program.py", **variables)
        dist = folder / "dist"
        program = dist / "program"
        return Frozen(program if program.is_file() else program / "program", dist), said

    def cx_freeze(self, source: str) -> Frozen:
        folder = self._write(source)
        options = ("--script=program.py", "--bin-excludes=libqtasyncio-6.*.so", "--silent")
        self._run(folder, "cx_Freeze", "build_exe", *options, "--build-exe=dist")
        return Frozen(folder / "dist" / "program", folder / "dist")

    def nuitka(self, source: str, binding: str) -> Frozen:
        folder = self._write(source)
        file = self.site / "QtAsyncio" / "QtAsyncio.nuitka-package.config.yml"
        configuration = f"--user-package-configuration-file={file}"
        options = ("--standalone", f"--enable-plugin={binding.lower()}", "--lto=no", configuration)
        self._run(folder, "nuitka", *options, "program.py")
        return Frozen(folder / "program.dist" / "program.bin", folder / "program.dist")

    def _write(self, source: str) -> Path:
        folder = Path(self.folder, f"program-{time.monotonic_ns()}")
        folder.mkdir()
        (folder / "program.py").write_text(source)
        return folder

    def _run(self, folder: Path, module: str, *arguments: str, **variables: str) -> str:
        python = self.folder / "bin" / "python"
        done = subprocess.run(
            [python, "-m", module, *arguments],
            cwd=folder,
            env=environment(**variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_FREEZING_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout


@dataclass(frozen=True)
class Frozen:
    """A frozen program, and the folder that has all of its files."""

    program: Path
    folder: Path

    def files(self, pattern: str) -> list[str]:
        """Return which files there are, without symbolic links."""
        found = [file for file in self.folder.rglob(pattern) if not file.is_symlink()]
        return sorted(str(file.relative_to(self.folder)) for file in found)

    def report(self) -> dict[str, Any]:
        """Start the program, click on its window, and return what it prints."""
        return dict(json.loads(self.output(click=True)))

    def output(self, *, click: bool = False) -> str:
        """Run the program, which has to end well and to complain of nothing."""
        status, output, errors = self._run(click=click)
        assert (status, errors) == (0, "")
        return output

    def errors(self, **variables: str) -> str:
        """Run the program, which has to fail, and return what it says of that."""
        status, _, errors = self._run(click=False, **variables)
        assert status != 0
        return errors

    def _run(self, *, click: bool, **variables: str) -> tuple[int, str, str]:
        process = subprocess.Popen(
            [self.program],
            env=environment(QT_QPA_PLATFORM="xcb", **variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            window = next(_windows(process), None) if click else None
            if window is not None:  # else the program says why
                place = ("mousemove", "--window", window, "50", "50", "click", "1")
                subprocess.run(["xdotool", *place], check=True, timeout=_PATIENCE)
            output, errors = process.communicate(timeout=_PATIENCE)
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            process.communicate()
        return process.returncode, output, errors


def _windows(process: subprocess.Popen[str]) -> Iterator[str]:
    search = ["xdotool", "search", "--onlyvisible", "--name", "^frozen$"]
    give_up = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < give_up:
        found = subprocess.run(search, capture_output=True, text=True, check=False)
        yield from found.stdout.split()
        time.sleep(0.05)
