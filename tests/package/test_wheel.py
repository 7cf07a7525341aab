# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""What is in the sdist and in the wheel, and what the wheel asks of a machine."""

from __future__ import annotations

import json
import platform
import re
import sys
import sysconfig
import tarfile
import zipfile
from typing import TYPE_CHECKING, TypedDict

import pytest
from packaging_steps import ROOT, call, tracked_files

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.timeout(360)]  # the first one compiles everything

#: What pyproject.toml leaves out of an sdist.
_LEFT_OUT = {".ci/run", ".gitattributes", ".gitignore"}

_LIBRARIES = ("Dispatcher", "DispatcherV2", "Factory", "Preload")

#: The platform plugins, for each minor version of Qt and for both ways to tell Qt of a folder.
_PLUGINS = [("plugins", minor) for minor in range(4, 13)] + [("plugins-6.4", 4)]

#: All that is compiled.
_BINARIES = {
    f"_native{sysconfig.get_config_var('EXT_SUFFIX')}",
    *(f"lib/libQtAsyncio{name}.so" for name in _LIBRARIES),
    *(f"{folder}/libqtasyncio-6.{minor}.so" for folder, minor in _PLUGINS),
    *(f"{folder}/platforms/libqtasyncio-6.{minor}.so" for folder, minor in _PLUGINS),
}

#: What comes with the binding, and the versions of symbols that all have: none is of one minor
#: version, such as Qt_6.4. Everything else is any machine's, or the wheel's own.
_QT = {"libQt6Core.so.6": {"Qt_6"}, "libQt6Gui.so.6": {"Qt_6_PRIVATE_API"}}

#: The distribution that the README's figures are about: where the C library is younger, so are
#: the symbols that the compiler finds there.
_DEBIAN_12 = ("debian", "12")


class Audit(TypedDict):
    """The parts of auditwheel's answer that are looked at."""

    external_libs: dict[str, str | None]
    sym_tag: str
    versioned_symbols: dict[str, list[str]]


def _machine() -> tuple[str, str]:
    release = platform.freedesktop_os_release()
    return release.get("ID", ""), release.get("VERSION_ID", "")


@pytest.fixture(scope="session")
def audit(wheel: Path) -> Audit:
    """Return what auditwheel says where it finds no Qt, the users of the wheel having their own."""
    command = (sys.executable, "-m", "auditwheel", "show", "--json", "--ldpaths", wheel.parent)
    answer: Audit = json.loads(call(*command, wheel))
    return answer


def test_sdist_has_all_tracked_files(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {member.name.partition("/")[2] for member in archive if member.isfile()}
    assert names == set(tracked_files()) - _LEFT_OUT | {"PKG-INFO"}


def test_wheel_has_the_package_and_nothing_else(wheel: Path) -> None:
    sources = "python/QtAsyncio/"
    python = {n.removeprefix(sources) for n in tracked_files() if n.startswith(sources)}
    assert {"__init__.py", "_native.pyi", "py.typed"} <= python
    about = {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"}
    with zipfile.ZipFile(wheel) as archive:
        names = {tuple(name.split("/", 1)) for name in archive.namelist()}
    folder = "-".join(wheel.name.split("-")[:2]) + ".dist-info"
    expected = {("QtAsyncio", name) for name in python | _BINARIES}
    assert names == expected | {(folder, name) for name in about}


def test_wheel_has_no_debug_information(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    for name in _BINARIES:
        sections = call("readelf", "--section-headers", "--wide", tmp_path / "QtAsyncio" / name)
        assert ".dynsym" in sections
        assert not re.search(r"\.debug_|\.symtab", sections), name


def test_auditwheel_misses_nothing_but_qt(audit: Audit) -> None:
    assert set(audit["external_libs"]) == set(_QT)


def test_any_qt_since_6_4_has_the_symbols(audit: Audit) -> None:
    symbols = audit["versioned_symbols"]
    for library, versions in _QT.items():
        assert set(symbols[library]) == versions


@pytest.mark.skipif(_machine() != _DEBIAN_12, reason="the README's figures are about Debian 12")
def test_readme_says_what_the_wheel_needs(audit: Audit) -> None:
    symbols = audit["versioned_symbols"]
    glibc = _newest(symbols["libc.so.6"], "GLIBC")
    standard = _newest(symbols["libstdc++.so.6"], "GLIBCXX")
    text = (ROOT / "README.md").read_text()
    assert re.findall(r"glibc (\d+\.\d+)", text) == [glibc]
    assert re.findall(r"GLIBCXX_(\d+\.\d+\.\d+)", text) == [standard]
    assert set(re.findall(r"manylinux_\w+", text)) == {audit["sym_tag"]}


def _newest(versions: list[str], prefix: str) -> str:
    numbers = [v.split("_")[1] for v in versions if re.fullmatch(rf"{prefix}_[\d.]+", v)]
    return max(numbers, key=lambda text: [int(part) for part in text.split(".")])
