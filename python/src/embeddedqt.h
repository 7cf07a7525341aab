// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <pybind11/pybind11.h>

namespace QtAsyncio::EmbeddedQt {

/// Adds Qt's event loops to \a module, for programs that embed Python and load no binding.
void addTo(pybind11::module_ &module);

} // namespace QtAsyncio::EmbeddedQt
