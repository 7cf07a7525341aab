# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""From the tracked sources to an sdist, a wheel and an environment with nothing else in it.

Nothing is downloaded: what builds, and the bindings, are those of the running environment.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: What a program with a binding needs of it, by the names of the distributions.
DISTRIBUTIONS = {
    "PySide6": ("PySide6-Essentials", "shiboken6"),
    "PyQt6": ("PyQt6", "PyQt6-Qt6", "PyQt6-sip"),
}

_BUILD_SECONDS = 280
_SECONDS = 60


def call(*command: object, folder: Path | None = None, seconds: float = _SECONDS) -> str:
    """Run a command and return what it prints; fail with all it says if it fails."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def environment(**more: str) -> dict[str, str]:
    """Return the variables of this process, without those that choose a Python, a Qt or a mode."""
    chosen = ("PYTHON", "QT_", "QTASYNCIO_", "CMAKE_", "SKBUILD_")
    inherited = {name: text for name, text in os.environ.items() if not name.startswith(chosen)}
    return {**inherited, **more}


def tracked_files() -> list[str]:
    """Return the files that git tracks, below the root."""
    names = call("git", "ls-files", "-z", folder=ROOT).split("\0")
    return [name for name in names if (ROOT / name).is_file()]


def copy_sources(folder: Path) -> None:
    """Copy the tracked files, and nothing that lies about beside them."""
    for name in tracked_files():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)


def build_sdist(source: Path, folder: Path) -> Path:
    """Build an sdist as `python -m build --sdist` does, without a fresh environment for it."""
    build = "import sys, scikit_build_core.build as build; build.build_sdist(sys.argv[1])"
    call(sys.executable, "-c", build, folder, folder=source)
    (sdist,) = folder.glob("*.tar.gz")
    return sdist


def build_wheel(source: Path, folder: Path) -> Path:
    """Build a wheel of an sdist or of a folder."""
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel")
    options = ("--no-build-isolation", "--no-deps", "--no-index", "--no-cache-dir")
    call(*pip, *options, "--wheel-dir", folder, source, seconds=_BUILD_SECONDS)
    (wheel,) = folder.glob("*.whl")
    return wheel


@dataclass(frozen=True)
class Installed:
    """An environment that has one binding, the wheel, and not even pip."""

    folder: Path
    binding: str

    @property
    def package(self) -> Path:
        (package,) = self.folder.glob("lib/python*/site-packages/QtAsyncio")
        return package

    def run(self, *arguments: str, **variables: str) -> str:
        """Run Python outside of this project; it has to end well and to complain of nothing."""
        done = subprocess.run(
            [self.folder / "bin" / "python", *arguments],
            cwd=self.folder,
            env=environment(XDG_RUNTIME_DIR=str(self.folder), **variables),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
        return done.stdout


def install(wheel: Path, binding: str, folder: Path) -> Installed:
    """Make an environment of the wheel and of the binding that is installed here."""
    call(sys.executable, "-m", "venv", "--without-pip", folder)
    folder.chmod(0o700)  # it is the runtime folder too, and Qt expects this of it
    (site,) = folder.glob("lib/python*/site-packages")
    for name in DISTRIBUTIONS[binding]:
        _link_distribution(name, site)
    pip = (sys.executable, "-m", "pip", "--python", folder / "bin" / "python")
    call(*pip, "install", "--no-deps", "--no-index", "--no-compile", wheel)
    return Installed(folder, binding)


def _link_distribution(name: str, site: Path) -> None:
    """Link the folders of an installed distribution: its packages and its metadata."""
    distribution = metadata.distribution(name)
    tops = {file.parts[0] for file in distribution.files or () if len(file.parts) > 1}
    for top in sorted(tops - {".."}):  # programs in bin are not needed
        if not (site / top).exists():  # one package can be made of several distributions
            (site / top).symlink_to(Path(str(distribution.locate_file(top))))
