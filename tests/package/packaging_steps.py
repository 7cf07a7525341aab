# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""From the tracked sources to an sdist, a wheel and an environment with nothing else in it.

Nothing is downloaded: what builds, and the bindings, are those of the running environment. The
build has an environment with its requirements alone, and no network where the kernel allows that.
"""

from __future__ import annotations

import functools
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]

#: What a program with a binding needs of it, by the names of the distributions.
DISTRIBUTIONS = {
    "PySide6": ("PySide6-Essentials", "shiboken6"),
    "PyQt6": ("PyQt6", "PyQt6-Qt6", "PyQt6-sip"),
}

#: What builds. scikit-build-core asks for the last two where the machine has none of its own.
_BUILD_REQUIREMENTS = ("scikit-build-core", "pybind11", "cmake", "ninja")

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


def make_build_environment(folder: Path) -> Path:
    """Make an environment of the build requirements; return its interpreter."""
    return _make_environment(folder, _with_requirements(_BUILD_REQUIREMENTS))


def build_sdist(source: Path, folder: Path, python: Path) -> Path:
    """Build an sdist as `python -m build --sdist` does, in a build environment."""
    build = "import sys, scikit_build_core.build as build; build.build_sdist(sys.argv[1])"
    call(*_without_network(), python, "-c", build, folder, folder=source)
    (sdist,) = folder.glob("*.tar.gz")
    return sdist


def build_wheel(source: Path, folder: Path, python: Path) -> Path:
    """Build a wheel of an sdist or of a folder, in a build environment."""
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python, "wheel")
    options = ("--no-build-isolation", "--no-deps", "--no-index", "--no-cache-dir")
    command = (*_without_network(), *pip, *options, "--wheel-dir", folder, source)
    call(*command, seconds=_BUILD_SECONDS)
    (wheel,) = folder.glob("*.whl")
    return wheel


def repair_wheel(wheel: Path, folder: Path) -> Path:
    """Give a wheel its platform tag, with the command that cibuildwheel and script/wheels run."""
    text = (ROOT / "pyproject.toml").read_text()
    (command,) = re.findall(r'(?m)^repair-wheel-command = "(.*)"$', text)
    places = {"dest_dir": shlex.quote(str(folder)), "wheel": shlex.quote(str(wheel))}
    call("sh", "-c", command.format(**places))
    (repaired,) = folder.glob("*.whl")
    return repaired


@functools.cache
def _without_network() -> tuple[str, ...]:
    """Return what runs a command where there is no network, not even a loopback interface."""
    command = ("unshare", "--map-root-user", "--net")
    allowed = subprocess.run([*command, "true"], check=False, capture_output=True)
    return command if allowed.returncode == 0 else ()


def _with_requirements(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of distributions, and of all that they require."""
    complete = list(names)
    for name in complete:  # which grows
        required = map(Requirement, metadata.distribution(name).requires or ())
        needed = (it for it in required if it.marker is None or it.marker.evaluate({"extra": ""}))
        complete += [it.name for it in needed if it.name not in complete]
    return tuple(complete)


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
    python = _make_environment(folder, DISTRIBUTIONS[binding])
    pip = (sys.executable, "-m", "pip", "--python", python)
    call(*pip, "install", "--no-deps", "--no-index", "--no-compile", wheel)
    return Installed(folder, binding)


def _make_environment(folder: Path, distributions: tuple[str, ...]) -> Path:
    """Make an environment of distributions that are installed here; return its interpreter."""
    call(sys.executable, "-m", "venv", "--without-pip", folder)
    folder.chmod(0o700)  # it is the runtime folder too, and Qt expects this of it
    (site,) = folder.glob("lib/python*/site-packages")
    for name in distributions:
        _link_distribution(name, site)
    return folder / "bin" / "python"


def _link_distribution(name: str, site: Path) -> None:
    """Link what an installed distribution consists of: packages, modules and metadata."""
    distribution = metadata.distribution(name)
    tops = {file.parts[0] for file in distribution.files or ()}
    for top in sorted(tops - {"..", "__pycache__"}):  # programs in bin are not needed
        if not (site / top).exists():  # one package can be made of several distributions
            (site / top).symlink_to(Path(str(distribution.locate_file(top))))
