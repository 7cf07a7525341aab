# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A sound and a video of a second each, which a click on their button plays to the end."""

from __future__ import annotations

import asyncio
import sys
import wave
from pathlib import Path
from typing import Any

from meanwhile import Meanwhile, qt, run

QtCore = qt("QtCore")
QtMultimedia = qt("QtMultimedia")
QtMultimediaWidgets = qt("QtMultimediaWidgets")
QtWidgets = qt("QtWidgets")

_FRAMES = 25  # in a second
_WIDTH, _HEIGHT = 64, 48


def make_sound(path: Path) -> Path:
    """Write a second of a tone of 400 Hz."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes((bytes([64] * 10) + bytes([192] * 10)) * 400)
    return path


def make_video(path: Path) -> Path:
    """Write a second that goes from black to white, in YUV4MPEG2: a line and raw pictures."""
    colors = bytes([128]) * (_WIDTH * _HEIGHT // 2)
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{_WIDTH} H{_HEIGHT} F{_FRAMES}:1 Ip A1:1 C420jpeg\n".encode())
        for number in range(_FRAMES):
            brightness = bytes([255 * number // (_FRAMES - 1)])
            file.write(b"FRAME\n" + brightness * (_WIDTH * _HEIGHT) + colors)
    return path


def make_player(path: Path, output: Any) -> Any:
    player = QtMultimedia.QMediaPlayer(output)
    if isinstance(output, QtMultimedia.QAudioOutput):
        player.setAudioOutput(output)
    else:
        player.setVideoOutput(output)
    player.setSource(QtCore.QUrl.fromLocalFile(str(path)))
    return player


async def play(player: Any) -> list[int]:
    """Play to the end, and return the positions on the way, in milliseconds."""
    ended = asyncio.Event()
    positions: list[int] = []
    failures: list[str] = []

    def look(status: Any) -> None:
        if status == QtMultimedia.QMediaPlayer.MediaStatus.EndOfMedia:
            ended.set()

    def fail(_error: Any, text: str) -> None:
        failures.append(text)
        ended.set()

    player.errorOccurred.connect(fail)
    player.positionChanged.connect(positions.append)
    player.mediaStatusChanged.connect(look)
    player.play()
    await ended.wait()
    assert not failures, failures
    return positions


async def show(_meanwhile: Meanwhile) -> Any:
    window = QtWidgets.QWidget()
    window.setWindowTitle("player ready")
    window.resize(320, 240)
    layout = QtWidgets.QVBoxLayout(window)
    video = QtMultimediaWidgets.QVideoWidget()
    layout.addWidget(video, 1)
    button = QtWidgets.QPushButton("Play")
    layout.addWidget(button)
    sound = QtMultimedia.QAudioOutput(window)
    players = [
        make_player(make_sound(Path("sound.wav")), sound),
        make_player(make_video(Path("video.y4m")), video),
    ]
    clicked = asyncio.Event()
    button.clicked.connect(clicked.set)
    window.show()
    await clicked.wait()
    for positions in await asyncio.gather(*map(play, players)):
        assert positions == sorted(positions), positions
        assert len(positions) > 5, positions
    window.setWindowTitle("player ended")
    return window


app = QtWidgets.QApplication(sys.argv[:1])
run(show)
