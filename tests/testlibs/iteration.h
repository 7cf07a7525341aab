// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <QtCore/qabstracteventdispatcher.h>

namespace QtAsyncio {

inline constexpr auto AllEvents = QEventLoop::AllEvents;
inline constexpr auto Wait = QEventLoop::WaitForMoreEvents;

/// One call of this thread's dispatcher, whichever that is.
bool processEvents(QEventLoop::ProcessEventsFlags flags = AllEvents);
/// Calls until nothing is left from former tests.
void settle();

} // namespace QtAsyncio
