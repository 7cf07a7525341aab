// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

// The end of threads that outlive the interpreter, as daemon threads do.
//
// Up to 3.13 Python ends such a thread by pthread_exit() when it wants the GIL back: in a callback
// that it runs, in an object that it deletes, or after a wait. The C library then unwinds the
// stack. It would destroy the references that our functions hold, without the GIL, while the main
// thread tears the interpreter down, and it would abort the process at a noexcept function.
//
// The personality routine of a frame runs before anything in that frame is destroyed. So the
// linker puts these in front of the compiler's, for the frames of this module only. Link-time
// optimization takes C's for functions that catch nothing.

#include "gil.h"

#include <unistd.h>
#include <unwind.h>

namespace {

/// Keeps the thread here, as Python from 3.14 on keeps it where it asks for the GIL.
void stayIfPythonEndsThread(_Unwind_Action actions) noexcept
{
    if (!(actions & _UA_FORCE_UNWIND) || !QtAsyncio::isInterpreterEnding())
        return;
    while (true) // also if the program begins another interpreter
        ::pause();
}

} // namespace

// The names are those that --wrap takes.
extern "C" {

using Personality = _Unwind_Reason_Code(int version, _Unwind_Action actions,
                                        _Unwind_Exception_Class type, _Unwind_Exception *exception,
                                        _Unwind_Context *context);

Personality __real___gxx_personality_v0;
Personality __real___gcc_personality_v0;

[[gnu::used]] _Unwind_Reason_Code __wrap___gxx_personality_v0(int version, _Unwind_Action actions,
                                                              _Unwind_Exception_Class type,
                                                              _Unwind_Exception *exception,
                                                              _Unwind_Context *context)
{
    stayIfPythonEndsThread(actions);
    return __real___gxx_personality_v0(version, actions, type, exception, context);
}

[[gnu::used]] _Unwind_Reason_Code __wrap___gcc_personality_v0(int version, _Unwind_Action actions,
                                                              _Unwind_Exception_Class type,
                                                              _Unwind_Exception *exception,
                                                              _Unwind_Context *context)
{
    stayIfPythonEndsThread(actions);
    return __real___gcc_personality_v0(version, actions, type, exception, context);
}

} // extern "C"
