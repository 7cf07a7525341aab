// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <eventdispatcher.h>

namespace QtAsyncio {

/// The dispatcher of an application, complete with its window system.
///
/// An application deletes its dispatcher when it goes. One that was installed leaves a
/// successor behind, so that the next application of the process has one of these again;
/// Qt accepts it only between the end of the former and the start of the next, which is
/// in this destructor.
class ApplicationDispatcher final : public EventDispatcher
{
    Q_OBJECT

public:
    enum class Installation { Installed, Present, Refused };

    ApplicationDispatcher();
    ~ApplicationDispatcher() override;

    /// Puts one of these in place for the calling thread, unless it has a dispatcher already:
    /// one of ours (Present) or another (Refused).
    static Installation install();
    /// From now on no successors: the process, or the interpreter in it, comes to its end.
    static void stopInstalling();

private:
    bool m_leavesSuccessor = false;
};

} // namespace QtAsyncio
