// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <QtCore/qglobal.h>

namespace QtAsyncio {

/// A descriptor that is closed when its owner goes.
class Descriptor final
{
public:
    explicit Descriptor(int descriptor = -1) noexcept
        : m_descriptor(descriptor)
    {
    }
    Descriptor(Descriptor &&other) noexcept;
    Descriptor &operator=(Descriptor &&other) noexcept;
    ~Descriptor();

    int get() const noexcept { return m_descriptor; }

    /// Gives up ownership.
    [[nodiscard]] int release() noexcept;
    void close() noexcept;

private:
    int m_descriptor;
};

/// Two connected descriptors that do not block.
class Pipe final
{
public:
    enum class Kind { Pipe, SocketPair };

    explicit Pipe(Kind kind = Kind::Pipe);

    int readEnd() const noexcept { return m_read.get(); }
    int writeEnd() const noexcept { return m_write.get(); }

    void write(char byte = 'x');
    /// Takes all that is there; returns how many bytes.
    int drain();
    void closeReadEnd() noexcept { m_read.close(); }
    void closeWriteEnd() noexcept { m_write.close(); }

private:
    Descriptor m_read;
    Descriptor m_write;
};

} // namespace QtAsyncio
