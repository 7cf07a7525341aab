// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

namespace QtAsyncio {

/// Counts one more run on the stack while it lives.
class Depth final
{
public:
    explicit Depth(int &depth) noexcept
        : m_depth(++depth)
    {
    }
    ~Depth() { --m_depth; }
    Depth(const Depth &) = delete;
    Depth &operator=(const Depth &) = delete;

private:
    int &m_depth;
};

} // namespace QtAsyncio
