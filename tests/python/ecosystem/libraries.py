# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The libraries, each as a fixture: whose test asks for one gets it imported, or is skipped.

They are imported when they are first asked for, because all of them together take a second.
"""

from __future__ import annotations

import importlib
import importlib.util
from importlib import metadata
from typing import Any

import pytest

from ecosystem.report import REPORT


def _library(name: str, *modules: str, distribution: str | None = None) -> Any:
    """Return a fixture that imports a package and these modules of it."""

    @pytest.fixture(scope="session", name=name)
    def imported() -> Any:
        if importlib.util.find_spec(name) is None:
            REPORT.missing[name] = "not installed"
            pytest.skip(f"{name} is not installed")
        package = importlib.import_module(name)
        for module in modules:
            importlib.import_module(f"{name}.{module}")
        REPORT.versions[name] = metadata.version(distribution or name)
        return package

    return imported


aiodebug = _library("aiodebug", "log_slow_callbacks")
aiofiles = _library("aiofiles", "os", "tempfile")
aiohttp = _library("aiohttp", "web")
aiosqlite = _library("aiosqlite")
anyio = _library("anyio", "abc", "from_thread", "streams.tls", "to_thread")
asyncpg = _library("asyncpg")
blockbuster = _library("blockbuster")
distributed = _library("distributed")
greenback = _library("greenback")
greenlet = _library("greenlet")
grpc = _library("grpc", "aio", distribution="grpcio")
httpx = _library("httpx")
matplotlib = _library("matplotlib")
nest_asyncio = _library("nest_asyncio", distribution="nest-asyncio")
nest_asyncio2 = _library("nest_asyncio2", distribution="nest-asyncio2")
psycopg = _library("psycopg")
redis = _library("redis", "asyncio", "asyncio.retry", "backoff")
sqlalchemy = _library("sqlalchemy", "event", "ext.asyncio", "util")
starlette = _library("starlette", "applications", "background", "responses", "routing")
trio = _library("trio", "lowlevel")
trustme = _library("trustme")
twisted = _library("twisted", distribution="Twisted")
uvicorn = _library("uvicorn")
uvloop = _library("uvloop")
websockets = _library("websockets", "asyncio.client", "asyncio.server")
zmq = _library("zmq", "asyncio", distribution="pyzmq")
