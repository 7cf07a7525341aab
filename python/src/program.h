// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <pybind11/pybind11.h>

namespace QtAsyncio::Program {

/// Adds to \a module what `python -m QtAsyncio` runs programs with.
void addTo(pybind11::module_ &module);

} // namespace QtAsyncio::Program
