// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "applicationevents.h"
#include "applicationstart.h"
#include "glibcontext.h"

#include <loophost.h>

namespace QtAsyncio {

ApplicationEvents::ApplicationEvents() = default;
ApplicationEvents::~ApplicationEvents() = default;

void ApplicationEvents::startingUp(LoopHost &host)
{
    QpaEvents::startingUp(host);
    // A Qt that knows GLib has loaded it by now, and one that does not would not serve it. It is
    // the first queue that is attached: a later one releases the interpreter's lock.
    m_glib = GlibContext::create(host.foreignWait());
    if (m_glib) {
        m_host = &host;
        host.attach(m_glib.get());
    }
    ApplicationStart::tell();
}

void ApplicationEvents::closingDown()
{
    if (m_glib)
        m_host->detach(m_glib.get());
    m_glib.reset();
    QpaEvents::closingDown();
}

} // namespace QtAsyncio
