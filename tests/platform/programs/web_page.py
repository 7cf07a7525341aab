# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A page in a QWebEngineView, served by aiohttp in the thread of the view."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from meanwhile import Meanwhile, qt, run

# Both must be there before the application.
QtCore = qt("QtCore")
QtWebEngineWidgets = qt("QtWebEngineWidgets")
QtWidgets = qt("QtWidgets")

_PAGE = """<!DOCTYPE html>
<title>loading</title>
<style>
  body { margin: 0; height: 100vh; background: #204080; }
  body.clicked { background: #208040; }
</style>
<script>
  let clicks = 0, timeouts = 0;
  setInterval(() => { timeouts += 1; }, 10);
  // Chromium drops what is clicked before it has presented something of the page.
  new PerformanceObserver(() => { document.title = "page loaded"; })
    .observe({ type: "paint", buffered: true });
  addEventListener("click", async () => {
    clicks += 1;
    document.body.className = "clicked";
    alert("A modal dialog");
    const body = await (await fetch("/body")).blob();
    document.title = `page clicked, ${body.size} bytes`;
  });
</script>
<body>
Click here.
"""


async def run_javascript(page: Any, script: str) -> Any:
    """Return the value of a script in a page."""
    answer = asyncio.get_running_loop().create_future()
    page.runJavaScript(script, answer.set_result)
    return await answer


async def name_dialog() -> None:
    """Give a title to a dialog while its own event loop is running."""
    shown = asyncio.Event()
    app.focusWindowChanged.connect(lambda _window: app.activeModalWidget() and shown.set())
    await shown.wait()
    app.activeModalWidget().setWindowTitle("page dialog")


async def show(meanwhile: Meanwhile) -> Any:
    view = QtWebEngineWidgets.QWebEngineView()
    view.resize(480, 320)
    loaded = asyncio.get_running_loop().create_future()
    view.loadFinished.connect(loaded.set_result)
    view.load(QtCore.QUrl(meanwhile.url))
    view.show()
    assert await loaded, f"{meanwhile.url} was not loaded"
    assert await run_javascript(view.page(), "6 * 7") == 42
    while await run_javascript(view.page(), "timeouts") < 20:
        pass
    while await run_javascript(view.page(), "document.title") == "loading":
        pass
    view.titleChanged.connect(view.setWindowTitle)
    view.setWindowTitle("page loaded")
    return view, asyncio.create_task(name_dialog())


app = QtWidgets.QApplication(sys.argv[:1])
run(show, _PAGE)
