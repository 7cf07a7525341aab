// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "stackplace.h"

#include <pthread.h>

namespace QtAsyncio {

namespace {

constexpr bool CountsCalls = PY_VERSION_HEX >= 0x030C0000 && PY_VERSION_HEX < 0x030E0000;

/// The lowest address of the thread's stack, which grows down to it; null if unknown.
const char *lowestAddress() noexcept
{
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0)
        return nullptr;
    void *lowest = nullptr;
    std::size_t size = 0;
    const int error = pthread_attr_getstack(&attributes, &lowest, &size);
    pthread_attr_destroy(&attributes);
    return error ? nullptr : static_cast<const char *>(lowest);
}

int framesLeft(const PyThreadState *state) noexcept
{
#if PY_VERSION_HEX >= 0x030C0000
    return state->py_recursion_remaining;
#elif PY_VERSION_HEX >= 0x030B0000
    return state->recursion_remaining;
#else
    return Py_GetRecursionLimit() - state->recursion_depth;
#endif
}

int callsLeft([[maybe_unused]] const PyThreadState *state) noexcept
{
#if PY_VERSION_HEX >= 0x030C0000 && PY_VERSION_HEX < 0x030E0000
    return state->c_recursion_remaining;
#else
    return 0;
#endif
}

/// As StackPlace::leaves() for the C stack. Looks up the end of a thread's stack until it is known.
bool leavesBytes(const char *inner, const char *outer, int quarters) noexcept
{
    static thread_local const char *lowest = nullptr;
    if (!lowest)
        lowest = lowestAddress(); // again, for lack of a descriptor to look it up, or of memory
    if (!lowest || inner < lowest || outer < inner) // a stack that a library has made, perhaps
        return true;
    return (inner - lowest) >= (outer - lowest) / 4 * quarters;
}

} // namespace

StackPlace StackPlace::current() noexcept
{
    const PyThreadState *state = PyThreadState_Get();
    StackPlace place;
    place.m_address = static_cast<const char *>(__builtin_frame_address(0));
    place.m_frames = framesLeft(state);
    place.m_calls = callsLeft(state);
    return place;
}

bool StackPlace::leaves(int quarters, const StackPlace &outer) const noexcept
{
    if (m_frames < outer.m_frames / 4 * quarters
        || !leavesBytes(m_address, outer.m_address, quarters))
        return false;
    return !CountsCalls || m_calls >= outer.m_calls / 4 * quarters;
}

void LentFrames::add(int frames) noexcept
{
    PyThreadState *state = PyThreadState_Get();
#if PY_VERSION_HEX >= 0x030C0000
    state->py_recursion_remaining += frames;
#  if PY_VERSION_HEX < 0x030E0000
    state->c_recursion_remaining += frames;
#  endif
#elif PY_VERSION_HEX >= 0x030B0000
    state->recursion_remaining += frames;
#else
    state->recursion_depth -= frames;
#endif
}

} // namespace QtAsyncio
