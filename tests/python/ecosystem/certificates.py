# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A certificate for this machine, and an authority that vouches for it."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass
class Certificates:
    """What both ends of a TLS connection need."""

    server: ssl.SSLContext
    client: ssl.SSLContext
    authority: Path
    chain: Path
    key: Path


@pytest.fixture(scope="session")
def certificates(trustme: Any, tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Make a certificate that is good for localhost."""
    folder = tmp_path_factory.mktemp("tls")
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    paths = [folder / name for name in ("authority.pem", "chain.pem", "key.pem")]
    authority.cert_pem.write_to_path(str(paths[0]))
    certificate.cert_chain_pems[0].write_to_path(str(paths[1]))
    certificate.private_key_pem.write_to_path(str(paths[2]))
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(paths[1], paths[2])
    client = ssl.create_default_context(cafile=str(paths[0]))
    return Certificates(server, client, *paths)
