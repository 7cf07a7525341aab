// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <vector>

namespace QtAsyncio {

/// A copy of an object's table of virtual functions, in which some are others.
///
/// As the ABI of C++ on Linux has it: the first word of the object points to its functions, before
/// which stand an offset and its type. The copy has all functions, those of derived classes too,
/// whose number no header tells: the table ends before the first word that is no code.
class VirtualTable final
{
public:
    explicit VirtualTable(const void *object);

    /// Functions are counted from the first virtual one of the base class.
    template <typename Function> void replace(std::size_t place, Function *function)
    {
        set(place, reinterpret_cast<const void *>(function));
    }
    template <typename Function> Function original(std::size_t place) const
    {
        return reinterpret_cast<Function>(const_cast<void *>(m_original[place]));
    }
    /// Undoes replace(); the result is what was replaced.
    template <typename Function> Function restore(std::size_t place)
    {
        set(place, m_original[place]);
        return original<Function>(place);
    }

    /// From now on \a object uses this copy, which has to stay, and from detach() on its own again.
    void attach(void *object) const;
    void detach(void *object) const;

private:
    void set(std::size_t place, const void *function);

    const void *const *m_original;
    std::vector<const void *> m_copy; // from the offset on
};

} // namespace QtAsyncio
