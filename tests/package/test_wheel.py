# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""What is in the sdist and in the wheel, what the wheel asks of a machine, and how it is tagged."""

from __future__ import annotations

import json
import platform
import re
import sys
import sysconfig
import tarfile
import zipfile
from email.parser import Parser
from typing import TYPE_CHECKING, TypedDict

import pytest
from packaging.requirements import Requirement
from packaging_steps import ROOT, call, tracked_files

if TYPE_CHECKING:
    from email.message import Message
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

#: The distribution that the README's figures are about, and on which wheels for others are built:
#: where the C library is younger, so are the symbols that the compiler finds there.
_DEBIAN_12 = ("debian", "12")

#: The versions of Python that there are wheels for.
_VERSIONS = ["3.10", "3.11", "3.12", "3.13", "3.14", "3.15"]


class Audit(TypedDict):
    """The parts of auditwheel's answer that are looked at."""

    external_libs: dict[str, str | None]
    sym_tag: str
    versioned_symbols: dict[str, list[str]]


def _machine() -> tuple[str, str]:
    release = platform.freedesktop_os_release()
    return release.get("ID", ""), release.get("VERSION_ID", "")


_on_debian_12 = pytest.mark.skipif(
    _machine() != _DEBIAN_12,
    reason="what the README says of wheels is about Debian 12",
)


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
    names = {tuple(name.split("/", 1)) for name in _contents(wheel)}
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


@_on_debian_12
def test_readme_says_what_the_wheel_needs(audit: Audit) -> None:
    symbols = audit["versioned_symbols"]
    glibc = _newest(symbols["libc.so.6"], "GLIBC")
    standard = _newest(symbols["libstdc++.so.6"], "GLIBCXX")
    text = (ROOT / "README.md").read_text()
    assert re.findall(r"glibc (\d+\.\d+)", text) == [glibc]
    assert re.findall(r"GLIBCXX_(\d+\.\d+\.\d+)", text) == [standard]
    assert set(re.findall(r"manylinux_\w+", text)) == {audit["sym_tag"]}


@pytest.fixture(scope="session")
def about(wheel: Path) -> Message:
    """Return the wheel's metadata."""
    return Parser().parsestr(_contents(wheel)[_metadata(wheel, "METADATA")].decode())


def test_metadata_name_pythons_and_platforms(about: Message) -> None:
    classifiers = about.get_all("Classifier", [])
    prefix = "Programming Language :: Python :: 3."
    assert [
        it.removeprefix(prefix[:-2]) for it in classifiers if it.startswith(prefix)
    ] == _VERSIONS
    assert "Operating System :: POSIX :: Linux" in classifiers
    assert "Programming Language :: Python :: Implementation :: CPython" in classifiers
    assert about["Requires-Python"] == f">={_VERSIONS[0]}"


def test_no_binding_is_required(about: Message) -> None:
    required = [Requirement(text) for text in about.get_all("Requires-Dist", [])]
    assert {it.name for it in required} == {"PySide6", "PyQt6"}
    extras = about.get_all("Provides-Extra", [])
    assert extras == ["pyside6", "pyqt6"]
    for it in required:
        assert it.marker is not None
        assert not it.marker.evaluate({"extra": ""})


def test_wheel_is_for_this_python_alone(wheel: Path) -> None:
    python, abi, system = wheel.stem.split("-")[2:]
    assert python == abi == f"cp{sys.version_info[0]}{sys.version_info[1]}"
    assert re.fullmatch(rf"(many)?linux(_\d+_\d+)?_{platform.machine()}", system)


@_on_debian_12
def test_repair_changes_the_tag_and_nothing_else(wheel: Path, repaired: Path) -> None:
    old, new = f"linux_{platform.machine()}", f"manylinux_2_34_{platform.machine()}"
    assert repaired.name == wheel.name.replace(old, new)
    before, after = _contents(wheel), _contents(repaired)
    for contents in (before, after):
        del contents[_metadata(wheel, "RECORD")]  # the hashes of all
    lines_before = before.pop(_metadata(wheel, "WHEEL")).decode().split()
    lines_after = after.pop(_metadata(wheel, "WHEEL")).decode().split()
    assert lines_after == [word.replace(old, new) for word in lines_before]
    assert after == before


def _contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name[-1] != "/"}


def _metadata(wheel: Path, name: str) -> str:
    return f"{'-'.join(wheel.name.split('-')[:2])}.dist-info/{name}"


def _newest(versions: list[str], prefix: str) -> str:
    numbers = [v.split("_")[1] for v in versions if re.fullmatch(rf"{prefix}_[\d.]+", v)]
    return max(numbers, key=lambda text: [int(part) for part in text.split(".")])
