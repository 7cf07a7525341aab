// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <pthread.h>

namespace QtAsyncio {

/// Keeps QThread::terminate() and pthread_cancel() from ending the thread while it lives.
///
/// A cancelled thread unwinds its stack from the next system call that is a cancellation point,
/// such as read(), close() and poll(). In a destructor or a noexcept function that would abort the
/// process, so each of these keeps a guard around such calls. Only the wait has none.
class CancellationGuard final
{
public:
    CancellationGuard() noexcept { ::pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &m_former); }
    ~CancellationGuard() { ::pthread_setcancelstate(m_former, nullptr); }
    CancellationGuard(const CancellationGuard &) = delete;
    CancellationGuard &operator=(const CancellationGuard &) = delete;

private:
    int m_former = PTHREAD_CANCEL_ENABLE;
};

} // namespace QtAsyncio
