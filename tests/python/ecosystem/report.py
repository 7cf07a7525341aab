# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Tells at the end of a run what the tests of the ecosystem met, and in which versions.

A library or a server that cannot be had is a reason to skip its tests. When that becomes the
rule, the tests prove nothing any more: the run fails.
"""

from __future__ import annotations

from typing import Any

import pytest

#: So many libraries or servers may be missing.
TOLERATED = 2


class Report:
    """A plugin of pytest, and the list that it prints."""

    def __init__(self) -> None:
        self.versions: dict[str, str] = {}
        self.missing: dict[str, str] = {}

    def failed(self) -> bool:
        return len(self.missing) > TOLERATED

    def lines(self) -> list[str]:
        """Return what there is to tell, which is nothing if no such test was run."""
        lines = []
        if self.versions or self.missing:
            versions = ", ".join(f"{name} {self.versions[name]}" for name in sorted(self.versions))
            lines.append(f"{len(self.versions)} at work: {versions or 'none'}")
            reasons = ", ".join(f"{name} ({why})" for name, why in sorted(self.missing.items()))
            lines.append(f"{len(self.missing)} skipped{': ' * bool(reasons)}{reasons}")
        if self.failed():
            lines.append(
                f"FAILED: no more than {TOLERATED} may be skipped; script/setup installs them all"
            )
        return lines

    @pytest.hookimpl
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        worker = getattr(session.config, "workeroutput", None)
        if worker is not None:  # one of several processes: the first one reports
            worker["ecosystem"] = (self.versions, self.missing)
        elif self.failed() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Add the results of a pytest-xdist worker."""
        versions, missing = getattr(node, "workeroutput", {}).get("ecosystem", ({}, {}))
        self.versions |= versions
        self.missing |= missing

    @pytest.hookimpl
    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if lines := self.lines():
            terminalreporter.section("ecosystem", "-")
            for line in lines:
                terminalreporter.write_line(line)


REPORT = Report()
