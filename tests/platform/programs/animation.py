# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A QML window: a click moves a box from left to right, while a timer counts in JavaScript."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from meanwhile import Meanwhile, qt, run

QtCore = qt("QtCore")
QtGui = qt("QtGui")
QtQml = qt("QtQml")
qt("QtQuick")

_SOURCE = b"""
import QtQuick
import QtQuick.Window

Window {
    id: window
    property int frames: 0
    property int timeouts: 0
    property real reached: box.x
    width: 400; height: 100
    visible: true
    color: "#204080"
    title: "animation ready"
    onAfterAnimating: frames += 1

    Rectangle {
        id: box
        width: 100; height: 100
        color: "#e0a020"
    }
    Timer {
        id: timer
        interval: 10; repeat: true
        onTriggered: window.timeouts += 1
    }
    NumberAnimation {
        id: animation
        target: box; property: "x"; from: 0; to: 300; duration: 1000
        onFinished: { timer.stop(); window.title = "animation ended" }
    }
    MouseArea {
        anchors.fill: parent
        onClicked: { window.frames = 0; timer.start(); animation.start() }
    }
}
"""


async def show(_meanwhile: Meanwhile) -> Any:
    engine = QtQml.QQmlApplicationEngine()
    engine.loadData(QtCore.QByteArray(_SOURCE))
    window = engine.rootObjects()[0]
    ended = asyncio.Event()
    window.windowTitleChanged.connect(lambda _title: ended.set())
    await ended.wait()
    found = {name: window.property(name) for name in ("reached", "frames", "timeouts")}
    assert found["reached"] == 300, found
    assert found["frames"] > 10, found
    assert found["timeouts"] > 10, found
    return engine


app = QtGui.QGuiApplication(sys.argv[:1])
run(show)
