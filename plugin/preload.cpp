// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

// LD_PRELOAD=libQtAsyncioPreload.so puts the dispatcher in place in a C++ program that is linked
// with Qt and knows nothing of us, with or without windows.
//
// The loader loads this library into every program that inherits the variable. So it needs no Qt
// and no C++ library, and a program without Qt does not notice it.

#include "siblingfile.h"

#include <cstdio>

#include <dlfcn.h>

namespace {

using Main = int (*)(int, char **, char **);

Main s_main = nullptr;

/// The factory, which stands beside this library; null if it cannot be loaded.
void *loadFactory()
{
    const QtAsyncio::SiblingFile factory(reinterpret_cast<const void *>(&loadFactory),
                                         "libQtAsyncioFactory.so");
    return ::dlopen(factory.path(), RTLD_NOW | RTLD_LOCAL);
}

void installDispatcher()
{
    void *qt = ::dlopen("libQt6Core.so.6", RTLD_NOLOAD | RTLD_LAZY);
    if (!qt)
        return; // no program of Qt 6
    ::dlclose(qt); // it stays: the program is linked with it
    void *factory = loadFactory();
    void *install = factory ? ::dlsym(factory, "qtasyncio_install_for") : nullptr;
    if (install)
        reinterpret_cast<int (*)(const char *)>(install)("preload library");
    else
        std::fprintf(stderr, "QtAsyncio: the program keeps Qt's own event dispatcher: %s\n",
                     ::dlerror());
}

/// All constructors of static objects have run by now, QtCore's among them.
int mainWithDispatcher(int argc, char **argv, char **environment)
{
    installDispatcher();
    return s_main(argc, argv, environment);
}

} // namespace

/// The C library's start of a program, which calls main().
extern "C" __attribute__((visibility("default"))) int
__libc_start_main(Main main, int argc, char **argv, void (*init)(), void (*fini)(),
                  void (*loaderFini)(), void *stackEnd)
{
    using Start = int (*)(Main, int, char **, void (*)(), void (*)(), void (*)(), void *);
    s_main = main;
    const auto start = reinterpret_cast<Start>(::dlsym(RTLD_NEXT, "__libc_start_main"));
    return start(&mainWithDispatcher, argc, argv, init, fini, loaderFini, stackEnd);
}
