// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "qpaevents.h"

namespace QtAsyncio {

class GlibContext;

/// What an application has beside Qt's own events: its window system, and GLib's main context.
class ApplicationEvents final : public QpaEvents
{
public:
    ApplicationEvents();
    ~ApplicationEvents() override;

    void startingUp(LoopHost &host) override;
    void closingDown() override;

private:
    std::unique_ptr<GlibContext> m_glib;
    LoopHost *m_host = nullptr; // while GLib's context is attached to it
};

} // namespace QtAsyncio
