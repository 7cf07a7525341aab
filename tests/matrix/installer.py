# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Puts releases of the bindings into folders of their own, 150 to 300 MB each, and keeps them.

A wheel of QtAsyncio goes into another one.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from releases import Release

BUILD = Path(__file__).resolve().parents[2] / "build" / "matrix"

_SECONDS = 300  # for a download of 100 MB


class InstallError(Exception):
    """A release, or a wheel, cannot be installed; the message is what pip says."""


def install(release: Release) -> Path:
    """Return a folder for PYTHONPATH that has this release in it; download it if it is not there.

    Raises:
        InstallError: pip has failed.
    """
    folder = BUILD / f"{release.binding}-{release.version}"
    stamp = folder / "complete"
    content = "\n".join([sys.implementation.cache_tag, *release.requirements])
    if stamp.is_file() and stamp.read_text() == content:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _run_pip(release.requirements, folder)
    stamp.write_text(content)
    return folder


def install_wheel(wheel: Path) -> Path:
    """Return a folder for PYTHONPATH that has the wheel in it, and nothing else.

    Raises:
        InstallError: If pip has failed, because the wheel is for another Python for instance.
    """
    folder = BUILD / "wheel"
    shutil.rmtree(folder, ignore_errors=True)
    _run_pip((str(wheel.resolve()),), folder)
    return folder


def _run_pip(requirements: tuple[str, ...], folder: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    options = ["--no-deps", "--no-compile", "--only-binary=:all:", "--target", str(folder)]
    try:
        subprocess.run(
            [*pip, *options, *requirements],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_SECONDS,
        )
    except subprocess.CalledProcessError as error:
        text = f"pip cannot install {', '.join(requirements)}:\n{error.output}"
        raise InstallError(text) from None
    except subprocess.TimeoutExpired:
        raise InstallError(
            f"pip needs more than {_SECONDS} s to install {', '.join(requirements)}"
        ) from None
