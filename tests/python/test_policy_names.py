# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""asyncio's policies: deprecated in Python 3.14, gone in 3.16; those who do not ask do not notice.

Both Pythons are imitated by an older one that runs these tests, each in a process of its own.
"""

from __future__ import annotations

import sys

import pytest

from process import check_script

pytestmark = [
    pytest.mark.slow,
    pytest.mark.program,
    pytest.mark.skipif(sys.version_info < (3, 12), reason="run() sets a policy there"),
]

#: What is made before asyncio's names go: asyncio itself makes its policy when it is first needed.
BEGINNING = """
import asyncio, sys, warnings
from asyncio import unix_events
with warnings.catch_warnings(action="ignore"):
    asyncio.get_event_loop_policy()
import BINDING.QtWidgets
names = ["AbstractEventLoopPolicy", "DefaultEventLoopPolicy"]
names += ["get_event_loop_policy", "set_event_loop_policy"]
is_real = sys.version_info >= (3, 14)
"""
DEPRECATED = """
if not is_real:
    former = {name: vars(asyncio).pop(name) for name in names}
    def __getattr__(name):
        if name not in former:
            raise AttributeError(name)
        warnings.warn(f"asyncio.{name}", DeprecationWarning, stacklevel=2)
        return former[name]
    asyncio.__getattr__ = __getattr__
"""
GONE = """
for name in names:
    vars(asyncio).pop(name, None)
vars(asyncio).pop("__getattr__", None)
del unix_events._UnixDefaultEventLoopPolicy
sys.version_info = (3, 16, 0, "final", 0)
"""
USE = """
app = BINDING.QtWidgets.QApplication([])
async def main():
    await asyncio.sleep(0.001)
    return asyncio.get_running_loop()
print(type(QtAsyncio.run(main(), keep_running=False, quit_qapp=False)).__name__)
print(type(asyncio.run(main(), loop_factory=QtAsyncio.new_event_loop)).__name__)
with QtAsyncio.start() as guest:
    print(type(guest.loop.create_task(main())).__name__)
"""
USED = ["QAsyncioEventLoop"] * 2 + ["Task"]


@pytest.mark.parametrize("era", [DEPRECATED, GONE], ids=["deprecated", "gone"])
def test_policies_are_not_touched_by_those_who_do_not_ask(era: str) -> None:
    source = f"{BEGINNING}{era}\nimport QtAsyncio\n{USE}"
    assert check_script(source, options=["-W", "error"]) == USED


@pytest.mark.parametrize("era", [DEPRECATED, GONE], ids=["deprecated", "gone"])
def test_policies_do_not_keep_all_names_from_being_imported(era: str) -> None:
    source = f"{BEGINNING}{era}\nimport QtAsyncio\nfrom QtAsyncio import *\n{USE}"
    assert check_script(source, options=["-W", "error"]) == USED


def test_policies_warn_where_the_program_sets_one() -> None:
    source = f"""{BEGINNING}{DEPRECATED}
import QtAsyncio
policy = QtAsyncio.QAsyncioEventLoopPolicy()
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    asyncio.set_event_loop_policy(policy)
print(*["asyncio.set_event_loop_policy" in str(each.message) for each in caught])
print(*[each.filename for each in caught])
loop = asyncio.new_event_loop()
print(type(loop).__name__)
loop.close()
"""
    expected = ["True", "<string>", "QAsyncioEventLoop"]
    assert check_script(source, options=["-W", "error"]) == expected


def test_policies_that_are_gone_say_what_to_do() -> None:
    source = f"""{BEGINNING}{GONE}
import QtAsyncio
print(hasattr(QtAsyncio, "QAsyncioEventLoopPolicy"))
try:
    QtAsyncio.QAsyncioEventLoopPolicy
except AttributeError as error:
    print(error)
"""
    assert check_script(source, options=["-W", "error"]) == [
        "False",
        "asyncio has no policies any more: use QtAsyncio.run(main()), "
        "or asyncio.run(main(), loop_factory=QtAsyncio.new_event_loop)",
    ]
