// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstdio>
#include <cstring>

#include <dlfcn.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

namespace QtAsyncio {

/// The path of a file in the folder of the library that has \a symbol.
///
/// A library may be loaded through a symbolic link in another folder, as a program that PyInstaller
/// made does: the file is beside the link, or else beside the library itself. Uses nothing of the
/// C++ library, which the preload library does without.
class SiblingFile
{
public:
    SiblingFile(const void *symbol, const char *name)
    {
        Dl_info library;
        char real[PATH_MAX];
        if (!::dladdr(symbol, &library))
            join("", name); // found as the loader finds any library
        else if (!join(library.dli_fname, name) && ::realpath(library.dli_fname, real))
            join(real, name);
    }

    [[nodiscard]] const char *path() const { return m_path; }

private:
    /// Replaces the file's own name; returns whether there is such a file.
    bool join(const char *library, const char *name)
    {
        const char *slash = std::strrchr(library, '/');
        const int folder = slash ? int(slash - library) + 1 : 0;
        std::snprintf(m_path, sizeof m_path, "%.*s%s", folder, library, name);
        return ::access(m_path, F_OK) == 0;
    }

    char m_path[PATH_MAX] = "";
};

} // namespace QtAsyncio
