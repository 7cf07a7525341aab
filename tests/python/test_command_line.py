# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""`python -m QtAsyncio` runs programs as plain `python` does: both are run and compared."""

from __future__ import annotations

import os
import py_compile
import re
import shutil
import sys
import textwrap
import threading
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import QtAsyncio
from interpreter import AGAIN, REASON, run_python

if TYPE_CHECKING:
    from subprocess import CompletedProcess

if AGAIN:
    pytest.skip(REASON, allow_module_level=True)

pytestmark = pytest.mark.slow

#: Tells all that a program can easily know of how it was started.
WHO = """
import inspect, pickle, sys
class Thing: pass
assert sys.modules["__main__"].Thing is pickle.loads(pickle.dumps(Thing))
print(sys.argv, sys.path, __file__, __name__, __package__, __spec__, __doc__, type(__loader__))
print(sorted(vars(sys.modules["__main__"])), sys.flags)
print(inspect.getmodule(Thing).__name__)
"""
#: Programs, and how they are given to python: in each of these ways.
SCRIPT, MODULE = ("program.py",), ("-m", "program")
ENDINGS = {
    "a text as the status": ("import sys; sys.exit('what is wrong')", SCRIPT, MODULE),
    "a number as the status": ("import sys; sys.exit(7)", SCRIPT, MODULE),
    "a status of another type": ("raise SystemExit([1, 2])", SCRIPT),
    "the end of the process": ("import os; os._exit(9)", SCRIPT),
    "an exception": ("def f(): 1 / 0\nf()", SCRIPT, MODULE, ("-",)),
    "an exception with a cause": (
        "try: 1 / 0\nexcept Exception as e: raise ValueError('x') from e",
        SCRIPT,
    ),
    "an exception of a class that is not imported": (
        "class Mine(Exception): pass\nraise Mine('text')",
        SCRIPT,
    ),
    "a syntax error": ("print('first')\nprint(", SCRIPT, MODULE, ("-",)),
    "Ctrl+C": (
        """
        import os, signal, time
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.kill(os.getpid(), signal.SIGINT); time.sleep(20)
        """,
        SCRIPT,
        MODULE,
    ),
    "a broken exception hook": (
        "import sys\ndef hook(*args): raise ValueError\nsys.excepthook = hook\n1 / 0",
        SCRIPT,
    ),
    "what runs at the end": (
        """
        import atexit, threading
        class Last:
            def __del__(self): print("deleted", __name__)
        last = Last()
        atexit.register(print, "atexit")
        threading.Thread(target=lambda: 1 / 0, name="t").start()
        """,
        SCRIPT,
        MODULE,
    ),
    "processes of its own": (
        """
        import multiprocessing
        class Thing: pass
        def work(number): return number * 2, Thing(), __name__
        if __name__ == "__main__":
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                number, thing, name = pool.apply(work, [21])
                print(number, type(thing) is Thing, name)
        """,
        SCRIPT,
        MODULE,
    ),
}


def assert_alike(
    folder: Path, *arguments: str, options: tuple[str, ...] = (), text: str = ""
) -> None:
    """Assert that a command line gives the same with and without QtAsyncio."""
    plain = run_python(*options, *arguments, folder=folder, text=text)
    ours = run_python(*options, "-m", "QtAsyncio", *arguments, folder=folder, text=text)
    assert tell(ours) == tell(plain)


def tell(done: CompletedProcess[str]) -> tuple[int, str, str]:
    """Return the status and the output, without what differs from process to process."""
    address = re.compile(r"0x[0-9a-f]+")
    return done.returncode, address.sub("0x", done.stdout), address.sub("0x", done.stderr)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_program_ends_as_with_plain_python(ending: str, tmp_path: Path) -> None:
    source, *ways = ENDINGS[ending]
    source = textwrap.dedent(source)
    (tmp_path / "program.py").write_text(source)
    for way in ways:
        assert_alike(tmp_path, *way, text=source)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a program in every form that python takes."""
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "who.py").write_text(WHO)
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").write_text("import sys; print('package', sys.argv)")
    (package / "__main__.py").write_text(WHO)
    (package / "module.py").write_text(WHO)
    (tmp_path / "link.py").symlink_to("here/who.py")
    (tmp_path / "info").write_text(WHO)
    py_compile.compile(str(package / "module.py"), str(tmp_path / "compiled.pyc"))
    with zipfile.ZipFile(tmp_path / "zipped", "w") as archive:
        archive.write(package / "__main__.py", "__main__.py")
    return tmp_path


@pytest.mark.parametrize(
    "command",
    [
        "here/who.py",
        "./here/../here/who.py -m --help",
        "link.py a b",
        "./info",
        "compiled.pyc",
        "package with arguments",
        "zipped",
        "-m package -x",
        "-m package.module",
        "-m here.who",
        "-",
        "- a",
    ],
)
def test_a_program_sees_what_it_sees_with_plain_python(command: str, folder: Path) -> None:
    assert_alike(folder, *command.split(), text=WHO)


@pytest.mark.parametrize(
    "option", ["-I", "-O", "-Werror", *(["-P"] if sys.version_info >= (3, 11) else [])]
)
def test_options_of_python_are_kept(option: str, folder: Path) -> None:
    assert_alike(folder, "here/who.py", options=(option,))


@pytest.mark.parametrize(
    "command",
    [
        "missing.py",
        "./missing/app.py x",
        "here",
        "here/who.py/",
        "-m missing",
        "-m package.missing",
        "-m missing.module",
        "-m here",
    ],
)
def test_what_does_not_exist_is_an_error_of_pythons(command: str, folder: Path) -> None:
    assert_alike(folder, *command.split())


def test_a_current_folder_that_is_gone_does_no_harm(folder: Path) -> None:
    source = """
import os, subprocess, sys
os.mkdir("gone"); os.chdir("gone"); os.rmdir("../gone")
for script in sys.argv[1], "missing.py":
    print(subprocess.run([sys.executable, *sys.argv[2:], script]).returncode, flush=True)
"""
    who = str(folder / "here" / "who.py")
    plain = run_python("-c", source, who, folder=folder)
    ours = run_python("-c", source, who, "-m", "QtAsyncio", folder=folder)
    assert tell(ours) == tell(plain)
    assert plain.stdout.splitlines()[-1] == "2"


def test_a_program_may_come_through_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=["print('once', __file__)"], daemon=True)
    writer.start()
    done = run_python("-m", "QtAsyncio", "pipe", folder=tmp_path)
    assert tell(done) == (0, f"once {pipe}\n", "")
    writer.join()


def test_python_i_is_left_in_the_programs_main_module(folder: Path) -> None:
    (folder / "program.py").write_text("value = 5\n1 / 0")
    plain, ours = (
        run_python("-i", *way, "program.py", folder=folder, text="print(value, __name__)\n")
        for way in ((), ("-m", "QtAsyncio"))
    )
    assert plain.stdout == "5 __main__\n"
    assert tell(ours) == tell(plain)


def test_a_binding_that_does_not_load_has_pythons_traceback(tmp_path: Path) -> None:
    fake = tmp_path / "PySide6"
    fake.mkdir()
    (fake / "__init__.py").touch()
    (fake / "QtCore.abi3.so").touch()
    (tmp_path / "program.py").write_text("import PySide6.QtCore")
    assert_alike(tmp_path, "program.py")


# ---- Commands and options


def test_help_and_version(tmp_path: Path) -> None:
    for option in ("--help", "-h"):
        done = run_python("-m", "QtAsyncio", option, folder=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("usage: python -m QtAsyncio SCRIPT")
    done = run_python("-m", "QtAsyncio", "--version", folder=tmp_path)
    assert re.fullmatch(r"QtAsyncio \d+\.\d+\.\d+\n", done.stdout)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ("", "usage: python -m QtAsyncio"),
        ("-m", "QtAsyncio: -m needs the name of a module"),
        ("--nonsense", "QtAsyncio: there is no option --nonsense"),
        ("--version now", "QtAsyncio: --version does not take now"),
        ("info --all", "QtAsyncio: info does not take --all"),
        ("plugin-path there", "QtAsyncio: plugin-path does not take there"),
        ("plugin-path --preload x", "QtAsyncio: plugin-path --preload does not take x"),
        ("plugin-path --qt", "QtAsyncio: --qt needs a version of Qt 6, such as 6.4"),
        ("plugin-path --qt 5.15", "QtAsyncio: --qt needs a version of Qt 6, such as 6.4"),
        ("plugin-path --qt 6.4 x", "QtAsyncio: plugin-path --qt does not take x"),
    ],
)
def test_a_wrong_command_line_is_an_error(arguments: str, complaint: str, tmp_path: Path) -> None:
    done = run_python("-m", "QtAsyncio", *arguments.split(), folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(complaint)
    assert "python -m QtAsyncio --help" in done.stderr or "usage" in complaint


def test_plugin_path_prints_the_folder_and_the_library(tmp_path: Path) -> None:
    package = Path(QtAsyncio.__path__[0])
    for options, path in (
        ((), package / "plugins"),
        (("--qt", "6.11"), package / "plugins"),
        (("--qt", "6.4.2"), package / "plugins-6.4"),
        (("--preload",), package / "lib" / "libQtAsyncioPreload.so"),
    ):
        done = run_python("-m", "QtAsyncio", "plugin-path", *options, folder=tmp_path)
        assert (done.returncode, done.stdout, done.stderr) == (0, f"{path}\n", "")
        assert path.exists()


def test_plugin_path_of_an_unknown_qt_says_what_to_do_instead(tmp_path: Path) -> None:
    done = run_python("-m", "QtAsyncio", "plugin-path", "--qt", "6.99", folder=tmp_path)
    assert done.returncode == 1
    assert "none for Qt 6.99" in done.stderr
    assert "import QtAsyncio" in done.stderr


def test_plugin_path_of_a_build_without_plugins_is_an_error(tmp_path: Path) -> None:
    package = Path(QtAsyncio.__path__[0])
    bare = tmp_path / "QtAsyncio"
    ignored = shutil.ignore_patterns("plugins", "lib*.so", "__pycache__")
    shutil.copytree(package, bare, ignore=ignored)
    for option, path in ([], bare / "plugins"), (["--preload"], bare / "lib"):
        done = run_python("-m", "QtAsyncio", "plugin-path", *option, folder=tmp_path)
        assert (done.returncode, done.stdout) == (1, "")
        assert "This QtAsyncio was built without" in done.stderr
        assert str(path) in done.stderr
