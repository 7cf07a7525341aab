# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""How the dispatcher comes into place: whole programs, each with an order of imports."""

from __future__ import annotations

import importlib.util
import sys

import pytest

import QtAsyncio
from process import BINDING, OTHER_BINDING, check_script, run_script

pytestmark = [pytest.mark.slow, pytest.mark.program]

#: Prints whose dispatcher the main thread has.
WHOSE = """
def whose():
    dispatcher = QtCore.QAbstractEventDispatcher.instance()
    print(dispatcher.metaObject().className() if dispatcher else None)
"""
LIBRARIES = """
def libraries():
    with open("/proc/self/maps") as maps:
        return {line.split()[-1] for line in maps if "libQt6Core.so" in line}
"""


@pytest.fixture(scope="module")
def our_class() -> str:
    """Return the class name of our dispatcher, as Qt sees it."""
    return check_script("import QtAsyncio\nfrom BINDING import QtCore\n" + WHOSE + "whose()")[0]


def test_import_before_the_binding_installs_the_dispatcher(our_class: str) -> None:
    assert our_class.startswith("QtAsyncio::")


@pytest.mark.parametrize(
    "imports",
    [
        "import QtAsyncio; from BINDING import QtCore",
        "from BINDING import QtCore; import QtAsyncio",
        "import QtAsyncio; import BINDING.QtCore as QtCore",
        "import QtAsyncio; from BINDING import QtWidgets, QtCore",
        "import QtAsyncio; from BINDING.QtGui import QGuiApplication; from BINDING import QtCore",
        "import BINDING, QtAsyncio; from BINDING import QtCore",
        "import QtAsyncio, importlib; QtCore = importlib.import_module('BINDING.QtCore')",
    ],
)
@pytest.mark.parametrize("application", ["QtCore.QCoreApplication", "QApplication"])
def test_import_in_any_order_installs_the_dispatcher(
    imports: str, application: str, our_class: str
) -> None:
    source = f"{imports}\nfrom BINDING.QtWidgets import QApplication\n{WHOSE}"
    source += f"whose()\napplication = {application}(['name'])\nwhose()"
    assert check_script(source) == [our_class, our_class]


def test_import_loads_no_qt() -> None:
    source = "import QtAsyncio\n" + LIBRARIES
    source += "print(libraries()); print(QtAsyncio.QAsyncioEventLoop, QtAsyncio.QAsyncioHandle)"
    assert check_script(source)[0] == "set()"


@pytest.mark.skipif(
    importlib.util.find_spec(OTHER_BINDING) is None, reason="the other binding is not installed"
)
@pytest.mark.parametrize("environment", [{"QT_API": None}, {"QT_API": OTHER_BINDING.lower()}])
def test_import_leaves_the_choice_of_the_binding_to_the_program(
    environment: dict[str, str | None],
) -> None:
    output = check_script(
        """
        import QtAsyncio; from BINDING import QtWidgets, QtCore
        import asyncio, sys
        """
        + "\n".join("        " + line for line in LIBRARIES.splitlines())
        + """
        app = QtWidgets.QApplication([])
        async def main():
            await asyncio.sleep(0.001)
            return 7
        print(QtAsyncio.run(main(), keep_running=False))
        print(len(libraries()))
        print(sorted({name.partition(".")[0] for name in sys.modules} & {"PySide6", "PyQt6"}))
        """,
        environment=environment,
    )
    assert output == ["7", "1", f"['{BINDING}']"]


@pytest.mark.parametrize(
    ("variable", "binding"), [("pyside6", "PySide6"), ("PyQt6", "PyQt6"), ("pyqt6", "PyQt6")]
)
def test_run_without_a_binding_takes_what_qt_api_says(variable: str, binding: str) -> None:
    if importlib.util.find_spec(binding) is None:
        pytest.skip(f"{binding} is not installed")
    source = """
        import QtAsyncio, sys
        async def main():
            pass
        QtAsyncio.run(main(), keep_running=False)
        print(sorted({name.partition(".")[0] for name in sys.modules} & {"PySide6", "PyQt6"}))
        """
    assert check_script(source, environment={"QT_API": variable}) == [f"['{binding}']"]


@pytest.mark.parametrize("variable", [None, "", "nonsense"])
def test_run_without_any_choice_prefers_pyside6(variable: str | None) -> None:
    if importlib.util.find_spec("PySide6") is None:
        pytest.skip("PySide6 is not installed")
    source = """
        import QtAsyncio, sys
        async def main():
            pass
        QtAsyncio.run(main(), keep_running=False)
        print("PySide6.QtCore" in sys.modules)
        """
    assert check_script(source, environment={"QT_API": variable}) == ["True"]


def test_qtasyncio_install_0_prevents_it(our_class: str) -> None:
    source = "import asyncio, QtAsyncio\nfrom BINDING import QtCore\n" + WHOSE
    source += """
whose()
app = QtCore.QCoreApplication([])
whose()
QtAsyncio.run(asyncio.sleep(0), keep_running=False)
print(QtAsyncio._activation.mode())
print(QtAsyncio._activation.reason())
"""
    before, after, mode, reason = check_script(source, environment={"QTASYNCIO_INSTALL": "0"})
    assert (before, after != our_class) == ("None", True)
    assert (mode, reason.split()[0]) == ("attached", "QTASYNCIO_INSTALL=0")


def test_qtasyncio_install_0_still_lets_a_loop_run() -> None:
    source = """
        import asyncio, QtAsyncio
        from BINDING import QtCore
        print(QtAsyncio.run(asyncio.sleep(0.001, "ran"), keep_running=False))
        """
    assert check_script(source, environment={"QTASYNCIO_INSTALL": "0"}) == ["ran"]


def test_an_application_made_before_the_import_keeps_its_dispatcher() -> None:
    source = """
        from BINDING import QtCore
        app = QtCore.QCoreApplication([])
        import asyncio, QtAsyncio
        print(QtAsyncio.run(asyncio.sleep(0.001, "ran"), keep_running=False))
        print(QtAsyncio._activation.mode())
        print(QtAsyncio._activation.reason())
        """
    assert check_script(source) == [
        "ran",
        "attached",
        "The application was made before QtAsyncio was imported, with another dispatcher.",
    ]


@pytest.mark.parametrize("application", ["QtCore.QCoreApplication", "QtWidgets.QApplication"])
def test_later_applications_get_our_dispatcher_again(application: str, our_class: str) -> None:
    source = f"""
import asyncio, gc, QtAsyncio
from BINDING import QtCore, QtWidgets
{WHOSE}
for i in range(3):
    app = {application}([])
    whose()
    print(QtAsyncio.run(asyncio.sleep(0.001, i), keep_running=False))
    if "{BINDING}" == "PySide6":
        app.shutdown()
    del app
    gc.collect()
    assert QtCore.QCoreApplication.instance() is None
"""
    assert check_script(source) == [our_class, "0", our_class, "1", our_class, "2"]


def test_loop_survives_its_application_and_runs_in_the_next() -> None:
    source = f"""
import asyncio, gc, QtAsyncio
from BINDING import QtCore
loop = QtAsyncio.new_event_loop()
loop.call_later(0.01, print, "from the first")
for i in range(3):
    app = QtCore.QCoreApplication([])
    print(loop.run_until_complete(asyncio.sleep(0.02, i)))
    if "{BINDING}" == "PySide6":
        app.shutdown()
    del app
    gc.collect()
loop.close()
"""
    assert check_script(source) == ["from the first", "0", "1", "2"]


def test_run_without_an_application_keeps_the_one_it_makes() -> None:
    source = """
        import asyncio, QtAsyncio
        print(QtAsyncio.run(asyncio.sleep(0, 1), keep_running=False))
        from BINDING import QtCore
        first = QtCore.QCoreApplication.instance()
        print(type(first).__name__)
        print(QtAsyncio.run(asyncio.sleep(0, 2), keep_running=False))
        print(first is QtCore.QCoreApplication.instance())
        """
    assert check_script(source) == ["1", "QCoreApplication", "2", "True"]


@pytest.mark.skipif(BINDING == "PyQt6", reason="makes that thread Qt's main one by itself")
def test_import_in_a_thread_leaves_the_main_thread_to_the_program(our_class: str) -> None:
    source = f"""
import threading
def work():
    import QtAsyncio
    from BINDING import QtCore
thread = threading.Thread(target=work)
thread.start()
thread.join()
import asyncio, QtAsyncio
from BINDING import QtCore
{WHOSE}
whose()
print(QtAsyncio.run(asyncio.sleep(0, "ran"), keep_running=False))
whose()
"""
    assert check_script(source) == ["None", "ran", our_class]


def test_binding_module_looks_untouched() -> None:
    source = """
        import QtAsyncio, sys, importlib.machinery
        finders = len(sys.meta_path)
        from BINDING import QtCore
        print(len(sys.meta_path) - finders)
        print(type(QtCore.__loader__).__module__, type(QtCore.__spec__.loader).__module__)
        """
    lines = check_script(source)
    assert lines[0] == "-1"
    assert "QtAsyncio" not in lines[1]


def test_binding_that_fails_to_import_fails_as_without_us() -> None:
    source = """
        import sys
        {hook}
        class Broken:
            def find_spec(self, name, path, target=None):
                if name == "BINDING.QtCore":
                    raise ImportError("broken on purpose")
        sys.meta_path.insert(0, Broken())
        try:
            from BINDING import QtCore
        except ImportError as error:
            print(error)
        """
    assert check_script(source.format(hook="import QtAsyncio")) == ["broken on purpose"]


HIDE = """
import sys
class Hidden:
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] in HIDDEN:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Hidden())
import importlib.util
find_spec = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: (
    None if name in HIDDEN else find_spec(name, package)
)
"""


@pytest.mark.parametrize("variable", [None, "pyqt6"])
def test_no_binding_is_an_error_that_names_both(variable: str | None) -> None:
    source = (
        'HIDDEN = {"PySide6", "PyQt6"}\n'
        + HIDE
        + """
import QtAsyncio
loop = QtAsyncio.new_event_loop()
try:
    loop.run_forever()
except ImportError as error:
    print(error)
loop.close()
async def main():
    pass
coroutine = main()
try:
    QtAsyncio.run(coroutine)
except ImportError as error:
    print(error)
coroutine.close()
"""
    )
    first, second = check_script(source, environment={"QT_API": variable}, options=("-Wignore",))
    assert first == second
    assert "pip install PySide6" in first
    assert "pip install PyQt6" in first
    assert ("(QT_API=pyqt6)" in first) == (variable is not None)


def test_a_binding_that_is_hidden_leaves_the_other() -> None:
    source = f'HIDDEN = {{"{OTHER_BINDING}"}}\n' + HIDE
    source += "import asyncio, QtAsyncio\nprint(QtAsyncio.run(asyncio.sleep(0, 7), False))"
    assert check_script(source, environment={"QT_API": None}) == ["7"]


FAKE = """
import sys, types
package = types.ModuleType("PySide6")
package.__path__ = []
package.__version__ = {pyside!r}
core = types.ModuleType("PySide6.QtCore")
core.qVersion = lambda: {qt!r}
core.QCoreApplication = type("QCoreApplication", (), dict(instance=staticmethod(lambda: None)))
package.QtCore = core
sys.modules.update({{"PySide6": package, "PySide6.QtCore": core}})
import QtAsyncio._activation
QtAsyncio._activation.install = lambda: None
"""


def test_qt_older_than_6_4_is_an_error_that_says_which_to_take() -> None:
    source = FAKE.format(pyside="6.3.2", qt="6.3.2")
    done = run_script(source)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "ImportError: QtAsyncio needs Qt 6.4 or newer, but PySide6 brings Qt 6.3.2: "
        "install a newer one with 'pip install \"PySide6>=6.4\"'."
    )


@pytest.mark.parametrize("qt", ["6.4.0", "6.10.2", "7.0.0"])
def test_newer_qt_is_accepted(qt: str) -> None:
    source = FAKE.format(pyside=qt, qt=qt).replace("import QtAsyncio._activation", "")
    source = source.replace("QtAsyncio._activation.install = lambda: None", "")
    source += "from QtAsyncio import _binding; _binding.check_versions(); print('accepted')"
    done = run_script(
        "import QtAsyncio, QtAsyncio._activation as a\na.install = lambda: None\n" + source
    )
    assert (done.stdout, done.stderr) == ("accepted\n", "")


def test_pyside_6_12_0_on_an_old_python_is_warned_of() -> None:
    source = "import QtAsyncio, QtAsyncio._activation as a\na.install = lambda: None\n"
    source += FAKE.format(pyside="6.12.0", qt="6.12.0").partition("import QtAsyncio")[0]
    source += "from QtAsyncio import _binding; _binding.check_versions()"
    done = run_script(source)
    assert done.returncode == 0
    if sys.version_info < (3, 12):
        assert 'pip install "PySide6<6.12"' in done.stderr
    else:
        assert done.stderr == ""


def test_names_of_the_original_are_there() -> None:
    names = ["Policy", "", "Handle", "TimerHandle", "Future", "Task"]
    for name in names:
        full = {"Policy": "QAsyncioEventLoopPolicy", "": "QAsyncioEventLoop"}.get(
            name, f"QAsyncio{name}"
        )
        assert full in QtAsyncio.__all__
        if name != "Policy" or sys.version_info < (3, 14):
            assert isinstance(getattr(QtAsyncio, full), type)
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        QtAsyncio.nonsense  # noqa: B018
