# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The row of the oldest release, which is always run, and those who judge and write it down."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cells import COLUMNS, Cell, judge, run_cell
from installer import install
from releases import RELEASES

if TYPE_CHECKING:
    from desktop import Desktop

_DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "compatibility.md"
_OLDEST = min(
    (release for release in RELEASES if release.is_for_this_python),
    key=lambda release: release.minor,
)


@pytest.fixture(scope="session")
def oldest() -> Path:
    """Return the folder of the oldest release, 90 MB to download where it is not there yet."""
    return install(_OLDEST)


@pytest.mark.slow
@pytest.mark.timeout(360)  # the first one downloads
@pytest.mark.parametrize(("activation", "platform"), COLUMNS)
def test_oldest_release_is_served(
    activation: str, platform: str, oldest: Path, desktop: Desktop
) -> None:
    assert run_cell(Cell(_OLDEST, activation, platform), oldest, desktop).faults == []


_GOOD = {
    "version": "6.9.1",
    "qt": "6.9.2",
    "libraries": ["/folder/PyQt6/Qt6/lib/libQt6Core.so.6"],
    "dispatcher": "QtAsyncio::EventDispatcherV2",
    "activation": None,
    "package": "/environment/QtAsyncio",
    "mode": "native",
    "platform": "xcb",
    "iterations": 20,
    "shared": 10,
    "painted": True,
    "answer": "clicked",
    "warnings": [],
}


def _faults(way: str, **facts: Any) -> list[str]:
    release = next(one for one in RELEASES if one.name == "PyQt6 6.9.1")
    return judge(Cell(release, way, "xcb"), Path("/folder"), _GOOD | facts)


def test_judge_finds_no_fault_with_a_good_cell() -> None:
    assert _faults("import") == []
    assert _faults("plugin", activation="platform plugin") == []
    assert _faults("attached", dispatcher="QXcbUnixEventDispatcher", mode="attached") == []


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("version", "6.11.0"),
        ("qt", "6.11.2"),
        ("libraries", ["/elsewhere/libQt6Core.so.6"]),
        ("libraries", ["/folder/libQt6Core.so.6", "/usr/lib/libQt6Core.so.6"]),
        ("dispatcher", "QtAsyncio::EventDispatcher"),
        ("dispatcher", "QXcbUnixEventDispatcher"),
        ("activation", "platform plugin"),
        ("mode", "attached"),
        ("platform", "qtasyncio"),
        ("shared", 0),
        ("shared", 21),
        ("painted", False),
        ("answer", ""),
    ],
)
def test_judge_sees_each_fact_that_is_wrong(fact: str, value: object) -> None:
    assert len(_faults("import", **{fact: value})) >= 1


def test_judge_wants_a_dispatcher_of_qt_in_attached_mode() -> None:
    assert len(_faults("attached", mode="attached")) == 1


def test_document_has_a_row_for_each_release() -> None:
    rows = [line.split("|")[1:3] for line in _DOCUMENT.read_text().splitlines() if "|" in line]
    named = {(version.strip(), qt.strip()) for version, qt in rows}
    assert {(release.version, release.qt) for release in RELEASES} <= named
