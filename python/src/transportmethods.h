// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "transport.h"

#include <vector>

/// What the types of transports are put together from.
namespace QtAsyncio::Transports {

using Methods = std::vector<PyMethodDef>;

extern const Methods Common;
extern const Methods Reading;
extern const Methods FlowControl;
extern const Methods Writing;
extern const Methods Datagrams;

/// The attribute `_buffer` of streams.
PyObject *getBuffer(PyObject *self, void *);

/// The slot `_extra` of asyncio.BaseTransport.
PyObject *&extraInformation(PyObject *self) noexcept;

} // namespace QtAsyncio::Transports
