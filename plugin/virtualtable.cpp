// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "virtualtable.h"

#include <cstdint>

#include <link.h>

namespace QtAsyncio {

namespace {

using Table = const void *const *;

constexpr std::size_t Preamble = 2; // the offset to the object's top, and its type

struct Search
{
    std::uintptr_t address;
    bool found = false;
};

/// Whether an address is in a segment of code of some library, or of the program.
bool isCode(const void *address)
{
    Search search{ reinterpret_cast<std::uintptr_t>(address) };
    const auto look = [](dl_phdr_info *info, std::size_t, void *data) {
        auto *wanted = static_cast<Search *>(data);
        for (const ElfW(Phdr) *header = info->dlpi_phdr;
             header != info->dlpi_phdr + info->dlpi_phnum && !wanted->found; ++header) {
            const std::uintptr_t begin = info->dlpi_addr + header->p_vaddr;
            wanted->found = header->p_type == PT_LOAD && (header->p_flags & PF_X)
                    && wanted->address >= begin && wanted->address - begin < header->p_memsz;
        }
        return int(wanted->found);
    };
    ::dl_iterate_phdr(look, &search);
    return search.found;
}

} // namespace

VirtualTable::VirtualTable(const void *object)
    : m_original(*static_cast<const Table *>(object)),
      m_copy(m_original - Preamble, m_original)
{
    for (Table function = m_original; isCode(*function); ++function)
        m_copy.push_back(*function);
}

void VirtualTable::attach(void *object) const
{
    *static_cast<Table *>(object) = m_copy.data() + Preamble;
}

void VirtualTable::detach(void *object) const
{
    *static_cast<Table *>(object) = m_original;
}

void VirtualTable::set(std::size_t place, const void *function)
{
    m_copy.at(Preamble + place) = function;
}

} // namespace QtAsyncio
