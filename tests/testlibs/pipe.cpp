// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "pipe.h"

#include <utility>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace QtAsyncio {

Descriptor::Descriptor(Descriptor &&other) noexcept
    : m_descriptor(other.release())
{
}

Descriptor &Descriptor::operator=(Descriptor &&other) noexcept
{
    if (this != &other) {
        close();
        m_descriptor = other.release();
    }
    return *this;
}

Descriptor::~Descriptor()
{
    close();
}

int Descriptor::release() noexcept
{
    return std::exchange(m_descriptor, -1);
}

void Descriptor::close() noexcept
{
    if (m_descriptor >= 0)
        ::close(release());
}

Pipe::Pipe(Kind kind)
{
    int ends[2] = { -1, -1 };
    const int failed = kind == Kind::Pipe
            ? ::pipe2(ends, O_CLOEXEC | O_NONBLOCK)
            : ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends);
    if (failed)
        qFatal("Pipe: cannot open a pair of descriptors");
    m_read = Descriptor(ends[0]);
    m_write = Descriptor(ends[1]);
}

void Pipe::write(char byte)
{
    if (::write(writeEnd(), &byte, 1) != 1)
        qFatal("Pipe::write: the pipe is full or closed");
}

int Pipe::drain()
{
    char buffer[256];
    int total = 0;
    for (ssize_t count = 0; (count = ::read(readEnd(), buffer, sizeof buffer)) > 0;)
        total += int(count);
    return total;
}

} // namespace QtAsyncio
