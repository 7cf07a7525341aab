// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

namespace QtAsyncio {

/// Skips attempts that have failed recently: each failure doubles how many are skipped next, and a
/// success ends that.
template <int Maximum> class Backoff final
{
public:
    bool isDue() noexcept
    {
        if (m_left == 0)
            return true;
        --m_left;
        return false;
    }

    void tried(bool worthwhile) noexcept
    {
        m_omitted = worthwhile ? 0 : m_omitted < Maximum ? 2 * m_omitted + 1 : m_omitted;
        m_left = m_omitted;
    }

private:
    int m_omitted = 0;
    int m_left = 0;
};

} // namespace QtAsyncio
