// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "loophost.h"

#include <QtCore/qobject.h>

/// LoopHost as one of Qt's interfaces: qobject_cast() finds it, whichever library its object is of.
Q_DECLARE_INTERFACE(QtAsyncio::LoopHost, "org.qtasyncio.LoopHost/1.0")
