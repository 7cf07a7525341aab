// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

namespace QtAsyncio::RunningLoops {

/// Has all event loops of the calling thread return that run above a level: those which the one at
/// this level, a child of the thread's dispatcher, runs directly or indirectly. \a level is what
/// QThread::loopLevel() was before that one began. False if this Qt does not tell which they are.
bool exitAbove(int level);

} // namespace QtAsyncio::RunningLoops
