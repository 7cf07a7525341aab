# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Real clients and servers on loopback, each at work on our loop while a QTimer ticks.

Their tests are the modules of `ecosystem/`, one for each subject. All are collected here, and
what they need besides is there, too: the libraries, the servers of Debian's, Qt's side.
"""

from __future__ import annotations

import pytest

from ecosystem.asgi import *
from ecosystem.calls import *
from ecosystem.certificates import *
from ecosystem.cluster import *
from ecosystem.database import *
from ecosystem.files import *
from ecosystem.greenlets import *
from ecosystem.keyvalue import *
from ecosystem.libraries import *
from ecosystem.loops import *
from ecosystem.messages import *
from ecosystem.qt import *
from ecosystem.services import *
from ecosystem.structured import *
from ecosystem.talk import *
from ecosystem.tools import *
from ecosystem.wakeups import *
from ecosystem.web import *

pytestmark = pytest.mark.slow
