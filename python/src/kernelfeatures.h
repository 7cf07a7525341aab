// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <map>
#include <string>

namespace QtAsyncio {

/// What this kernel, or the sandbox around us, answers to the system calls that QtAsyncio
/// would like to use: 0 or the errno, by name. Tried, because a version number tells neither
/// what was patched in nor what a sandbox forbids.
std::map<std::string, int> kernelFeatures();

} // namespace QtAsyncio
