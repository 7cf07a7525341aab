# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""The descriptor into which Python's C handlers write the numbers of unix signals."""

from __future__ import annotations

import contextlib
import os
import signal

PIPE_SIZE = 65536  # bytes; one for each signal


class WakeupDescriptor:
    """A pipe that has Python's wake-up descriptor while loops of this process hold it.

    There is one wake-up descriptor in a process. A library may have set its own before, and may
    set one while ours is in place. The former owners get a copy of each byte, and the latest of
    them gets the descriptor back.

    The pipe is never closed: a library that has noted our descriptor may put it back at any
    time, and Python would write into another file of that number. All functions but `read` are
    called in the main thread.
    """

    def __init__(self) -> None:
        self._pipe: tuple[int, int] | None = None
        self._holds: set[object] = set()
        self._replaced: list[int] = []  # descriptors that have no FormerOwner yet
        self._owners: list[FormerOwner] = []  # the latest last

    def fileno(self) -> int:
        """Return the descriptor to read from; it stays the same.

        Raises:
            OSError: If no descriptor is left for the pipe.
        """
        return self._ends()[0]

    def _ends(self) -> tuple[int, int]:
        if self._pipe is None:
            self._pipe = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        return self._pipe

    def hold(self, key: object) -> None:
        """Take Python's wake-up descriptor; several may hold it at a time.

        Raises:
            ValueError: If this is not the main thread.
            OSError: If no descriptor is left for the pipe.
        """
        self._ends()
        if not self._holds:
            self._drain()  # bytes from a time without holds
        self._take()
        self._holds.add(key)
        self._look_at_owners()

    def release(self, key: object) -> None:
        """Give the wake-up descriptor back if this was the last hold; does no harm otherwise."""
        self._holds.discard(key)
        with contextlib.suppress(ValueError):  # in another thread; a later release does it
            self.release_idle()

    def release_idle(self) -> None:
        """Give the wake-up descriptor back if there is no hold.

        Raises:
            ValueError: If this is not the main thread.
        """
        if not self._holds and self._pipe is not None:
            self._give_back()

    def read(self) -> bytes:
        """Return the numbers of the signals that came, and pass them to the former owners."""
        data = self._drain()
        if data or self.unsent():
            self._look_at_owners()
            for owner in self._owners:
                owner.send(data)
        return data

    def unsent(self) -> list[FormerOwner]:
        """Return the former owners whose own descriptors are full."""
        return [owner for owner in self._owners if owner.unsent]

    def forked(self) -> None:
        """Share nothing with the parent; the child has not set anything yet."""
        self._holds.clear()
        self._replaced.clear()
        self._owners.clear()
        if self._pipe is None:
            return
        former = signal.set_wakeup_fd(-1)
        if former not in (-1, self._pipe[1]):
            signal.set_wakeup_fd(former)  # the program's own
        try:
            fresh = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            former_pipe, self._pipe = self._pipe, None
        else:
            # Under the same numbers, which the child's loops watch if they go on.
            os.dup2(fresh[0], self._pipe[0], inheritable=False)
            os.dup2(fresh[1], self._pipe[1], inheritable=False)
            former_pipe = fresh
        os.close(former_pipe[0])
        os.close(former_pipe[1])

    def _drain(self) -> bytes:
        data = b""
        with contextlib.suppress(BlockingIOError):
            while more := os.read(self._ends()[0], PIPE_SIZE):
                data += more
        return data

    def _take(self) -> None:
        # One step: an exception between two would lose the descriptor that was replaced.
        self._replaced.extend(map(signal.set_wakeup_fd, self._ends()[1:]))

    def _look_at_owners(self) -> None:
        """Drop the owners that have closed their descriptors, or set them again themselves."""
        own = self._ends()[1]
        while self._replaced:
            descriptor = self._replaced[0]
            if descriptor not in (own, -1):
                self._owners = [each for each in self._owners if each.descriptor != descriptor]
                self._owners.append(FormerOwner(descriptor))
            del self._replaced[0]
        self._owners = [each for each in self._owners if each.is_there()]

    def _give_back(self) -> None:
        self._take()  # from the library that has taken it, which is the latest owner then
        self.read()
        self._look_at_owners()
        # Python has no function that returns whether the owner wanted warnings when its descriptor
        # is full, so it gets them, as by default. Without them an owner that reads the numbers
        # would lose signals in silence; an owner that needs only the wake-up gets a message more.
        try:
            signal.set_wakeup_fd(self._owners[-1].descriptor if self._owners else -1)
        except ValueError:  # it is blocking now, which Python rejects
            signal.set_wakeup_fd(-1)
        self.read()  # bytes written since
        self._owners.clear()


class FormerOwner:
    """A library whose wake-up descriptor ours has replaced.

    Args:
        descriptor: the number that the library has set.
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.unsent = b""  # its descriptor is full
        self._file = _file(descriptor)

    def is_there(self) -> bool:
        """Return whether the number still means the same file."""
        return self._file is not None and _file(self.descriptor) == self._file

    def send(self, data: bytes = b"") -> None:
        """Write as Python's C handler would; keep the bytes for which there is no room."""
        # A library that does not read a pipe full of numbers has no use for the oldest.
        self.unsent = (self.unsent + data)[-PIPE_SIZE:]
        try:
            while self.unsent and self.is_there():
                self.unsent = self.unsent[os.write(self.descriptor, self.unsent) :]
        except BlockingIOError:
            return
        except OSError:
            pass  # its other end is closed
        self.unsent = b""


def _file(descriptor: int) -> tuple[int, int] | None:
    try:
        status = os.fstat(descriptor)
    except OSError:
        return None
    return status.st_dev, status.st_ino
