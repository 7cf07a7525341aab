// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <QtCore/qcoreapplication.h>

#include <memory>

namespace Contract {

// Arguments of a process of its own, for what a process can do only once.
inline constexpr const char *TwoApplications = "--two-applications";
inline constexpr const char *NoDescriptors = "--no-descriptors";
inline constexpr const char *Terminate = "--terminate";

/// An application of the kind under test, with the dispatcher under test.
std::unique_ptr<QCoreApplication> createApplication(int &argc, char **argv);

/// Two applications, one after the other; 0 if both were served by the right dispatcher.
int runTwoApplications(int &argc, char **argv);
/// Starts a thread when no descriptor is left for its dispatcher.
int runWithoutDescriptors(int &argc, char **argv);
/// Terminates threads in any state. Returns how many did not end.
int runTerminations(int &argc, char **argv);

} // namespace Contract
