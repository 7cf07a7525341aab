# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Libraries that set Python's wake-up descriptor for unix signals themselves."""

from __future__ import annotations

import pytest

from process import check_script

#: Lines that make the application before QtAsyncio is there, or after it.
IMPORTS = {
    "native": "import QtAsyncio; application = QtCore.QCoreApplication([])",
    "guest": "application = QtCore.QCoreApplication([]); import QtAsyncio",
}


@pytest.mark.program
@pytest.mark.usefixtures("twisted")
@pytest.mark.parametrize("mode", IMPORTS)
def test_twisted_reaps_its_children(mode: str) -> None:
    """Use no pipes: their ends would wake the loop as well."""
    source = f"""
        import asyncio
        from BINDING import QtCore
        {IMPORTS[mode]}
        loop = QtAsyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        from twisted.internet import asyncioreactor
        asyncioreactor.install(loop)
        from twisted.internet import defer, protocol, reactor

        class Child(protocol.ProcessProtocol):
            def __init__(self):
                self.ended = defer.Deferred()

            def processEnded(self, reason):
                self.ended.callback(reason.value.exitCode)

        def start():
            children = [Child() for _ in range(5)]
            for status, child in enumerate(children):
                arguments = ["sh", "-c", f"exit {{status}}"]
                reactor.spawnProcess(child, "/bin/sh", arguments, childFDs={{}})
            ended = defer.gatherResults([child.ended for child in children])
            ended.addCallback(lambda statuses: (print(statuses), reactor.stop()))

        reactor.callLater(0.01, start)  # when the loop has the wake-up descriptor
        reactor.callLater(20, reactor.stop)
        reactor.run()
        """
    assert check_script(source) == ["[0, 1, 2, 3, 4]"]


@pytest.mark.program
@pytest.mark.usefixtures("matplotlib")
def test_matplotlib_pauses_and_signals_arrive() -> None:
    source = """
        import asyncio, os, signal, threading
        from BINDING import QtCore, QtWidgets
        import QtAsyncio
        application = QtWidgets.QApplication([])
        application.setQuitOnLastWindowClosed(False)
        import matplotlib
        matplotlib.use("qtagg")
        from matplotlib import pyplot

        async def main():
            heard = asyncio.Event()
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, heard.set)
            pyplot.figure()
            pyplot.show(block=False)
            threading.Timer(0.05, os.kill, [os.getpid(), signal.SIGTERM]).start()
            pyplot.pause(0.2)
            print(heard.is_set())
            heard.clear()
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.wait_for(heard.wait(), 20)
            pyplot.close("all")

        QtAsyncio.run(main(), keep_running=False)
        """
    quiet = {"QT_LOGGING_RULES": "*=false"}  # of the platform "offscreen", which raises no window
    assert check_script(source, environment=quiet) == ["True"]
