# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Run the tests of one class in this process and report them over a pipe, one JSON object a line.

This program is started by `children.py`. `list` reports the classes of modules instead.
"""

from __future__ import annotations

import argparse
import ctypes
import faulthandler
import importlib
import json
import os
import signal
import time
import unittest
from typing import Any

import substitute

_SET_PARENT_DEATH_SIGNAL = 1


class Pipe:
    """The writing end of the pipe to the parent."""

    def __init__(self, descriptor: int) -> None:
        os.set_inheritable(descriptor, False)
        self._file = os.fdopen(descriptor, "w", buffering=1)

    def send(self, **message: Any) -> None:
        self._file.write(json.dumps(message) + "\n")
        self._file.flush()


class Reporter(unittest.TestResult):
    """Sends the start and the outcome of each test as they happen."""

    def __init__(self, pipe: Pipe, factory: substitute.Factory) -> None:
        super().__init__()
        self._pipe = pipe
        self._factory = factory
        self._loops_before = 0
        self._begun = 0.0
        self._result = "pass"
        self._messages: list[str] = []

    def startTest(self, test: unittest.TestCase) -> None:
        super().startTest(test)
        self._loops_before = self._factory.count
        self._begun = time.monotonic()
        self._result, self._messages = "pass", []
        self._pipe.send(start=test._testMethodName)

    def stopTest(self, test: unittest.TestCase) -> None:
        super().stopTest(test)
        self._pipe.send(
            test=test._testMethodName,
            result=self._result,
            message="\n".join(self._messages)[-3000:],
            loops=self._factory.count - self._loops_before,
            seconds=round(time.monotonic() - self._begun, 3),
        )

    def addFailure(self, test: unittest.TestCase, err: Any) -> None:
        super().addFailure(test, err)
        self._note(test, "fail", self.failures[-1][1])

    def addError(self, test: unittest.TestCase, err: Any) -> None:
        super().addError(test, err)
        self._note(test, "error", self.errors[-1][1])

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        super().addSkip(test, reason)
        self._note(test, "skip", reason)

    def addUnexpectedSuccess(self, test: unittest.TestCase) -> None:
        super().addUnexpectedSuccess(test)
        self._note(test, "fail", "unexpected success")

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: Any) -> None:
        before = len(self.failures) + len(self.errors)
        super().addSubTest(test, subtest, err)
        if err is not None and len(self.failures) + len(self.errors) > before:
            failed = issubclass(err[0], test.failureException)
            found = self.failures if failed else self.errors
            self._note(test, "fail" if failed else "error", found[-1][1])

    def _note(self, test: object, result: str, message: str) -> None:
        if not isinstance(test, unittest.TestCase):  # the set-up of the class or module
            self._pipe.send(test="<class>", result=result, message=message[-3000:])
            return
        if self._result in ("pass", "skip"):
            self._result = result
        self._messages.append(message)


def list_classes(module_name: str) -> list[str]:
    """Return the names of the test classes that the module itself defines."""
    module = importlib.import_module(module_name)
    loader = unittest.defaultTestLoader
    return [
        name
        for name, value in sorted(vars(module).items())
        if isinstance(value, type)
        and issubclass(value, unittest.TestCase)
        and value.__module__ == module.__name__
        and loader.getTestCaseNames(value)
    ]


def run_class(module_name: str, class_name: str, after: str, only: str, reporter: Reporter) -> None:
    """Run the tests of a class, those behind the test *after*, or *only* one of them."""
    test_class = getattr(importlib.import_module(module_name), class_name)
    names = [only] if only else list(unittest.defaultTestLoader.getTestCaseNames(test_class))
    if after:
        del names[: names.index(after) + 1]
    unittest.TestSuite(test_class(name) for name in names).run(reporter)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--loop", required=True)
    parser.add_argument("--binding", required=True)
    parser.add_argument("--descriptor", type=int, required=True)
    parser.add_argument("--after", default="")
    parser.add_argument("--only", default="")
    parser.add_argument("mode", choices=["list", "run"])
    parser.add_argument("names", nargs="+", help="modules to list, or a module and a class")
    arguments = parser.parse_args()

    # A parent that is killed must not leave a test behind that hangs.
    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    # A shell leaves SIGINT ignored in what it starts in the background, and nohup SIGHUP; tests
    # send both.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    faulthandler.enable()
    pipe = Pipe(arguments.descriptor)
    factory = substitute.install(arguments.loop, arguments.binding)
    if arguments.mode == "list":
        for module in arguments.names:
            pipe.send(module=module, classes=list_classes(module))
    else:
        module, name = arguments.names
        run_class(module, name, arguments.after, arguments.only, Reporter(pipe, factory))
    pipe.send(end=True)
    os._exit(0)  # what a test left behind, threads above all, must not keep the process


if __name__ == "__main__":
    main()
