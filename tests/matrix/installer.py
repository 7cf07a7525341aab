# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Puts releases of the bindings into folders of their own, 150 to 300 MB each, and keeps them."""

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
    """A release cannot be had; the message is what pip says."""


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
    _download(release.requirements, folder)
    stamp.write_text(content)
    return folder


def _download(requirements: tuple[str, ...], folder: Path) -> None:
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
