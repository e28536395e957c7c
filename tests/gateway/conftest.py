"""A gateway on the run's Redis, with a client and, if wanted, a worker and PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from desk_pages import DeskGate, a_desk_gate
from gates import Gate, OpenGate, Player, SomeKeys
from redis.asyncio import Redis

from bot.commands.gateway import visitor_parts
from bot.commands.gateway_desk import desk_side
from bot.gateway.app import make_app
from bot.gateway.keys import DIST, Keys
from bot.services.desk_rules import load_desk_rules
from bot.services.fresh import Fresh
from bot.services.names import Names
from bot.services.proofs import Proofs
from bot.services.scripts import checked_scripts
from bot.services.staff import Staff
from bot.settings import load
from bot.shop.postgres_orders import PostgresOrders
from bot.stores.record import Record
from bot.stores.redis_base import connect
from bot.stores.redis_changes import RedisChanges
from bot.stores.redis_outbox import RedisOutbox
from bot.stores.redis_signals import RedisSignals
from bot.stores.redis_workers import Workers
from bot.stores.sql.pool import open_pool

RULES = load_desk_rules("data")
NOWHERE = "postgresql://127.0.0.1:1/nobody"


@pytest_asyncio.fixture
async def open_gate(redis_url: str, key_prefix: str, tmp_path: Path) -> AsyncIterator[OpenGate]:
    """Opens a gateway; settings and the Redis address can be given."""
    opened: list[tuple[TestClient[web.Request, web.Application], Redis, asyncpg.Pool]] = []

    async def open_one(
        url: str = redis_url,
        api_keys: Keys | None = None,
        database_url: str = NOWHERE,
        dist: Path | None = None,
        desk: bool = False,
        **settings: object,
    ) -> Gate:
        redis, pool = connect(url), await open_pool(database_url)
        record, workers, keys, database = Record(redis, key_prefix), Workers(redis, key_prefix), SomeKeys(), {"up": True}

        async def ping() -> bool:
            return database["up"]

        values = load({}, var_dir=tmp_path, key_prefix=key_prefix, **({"reply_wait_s": 5.0} | settings))
        names, rules, orders = Names(record, Staff(pool, list(RULES.taxonomy.groups), by="test")), Fresh([], lambda: RULES), PostgresOrders(pool)
        side = desk_side(values, record, redis, pool, orders, rules, Fresh([], checked_scripts), database_url) if desk else None
        app = make_app(
            values, record, RedisChanges(redis, key_prefix), workers, api_keys or keys, RULES.taxonomy,
            database_ping=ping, signals=RedisSignals(redis, key_prefix), proofs=Proofs(record, RedisOutbox(redis, key_prefix)),
            visitors=visitor_parts(values, record, redis, pool, orders, names, rules), desk=side,
        )  # fmt: skip
        app[DIST] = dist or tmp_path / "dist"
        client = TestClient(TestServer(app))
        await client.start_server()
        opened.append((client, redis, pool))
        return Gate(client, record, workers, keys, Player(record), database, tmp_path, RedisSignals(redis, key_prefix))

    yield open_one
    for client, redis, pool in opened:
        await client.close()
        await redis.aclose()
        await pool.close()


@pytest_asyncio.fixture
async def gate(open_gate: OpenGate) -> Gate:
    """A gateway without a worker."""
    return await open_gate()


@pytest_asyncio.fixture
async def desk(gate: Gate) -> AsyncIterator[Gate]:
    """A gateway with a worker that answers."""
    task = asyncio.create_task(gate.player.play())
    yield gate
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=0.2)


@pytest_asyncio.fixture
async def floor(open_gate: OpenGate, own_database_url: str, database: asyncpg.Pool) -> AsyncIterator[DeskGate]:
    """A gateway with a desk and people of every role; nobody is signed in."""
    gate = await open_gate(database_url=own_database_url, desk=True)
    async with a_desk_gate(gate, database) as found:
        yield found


@pytest.fixture
def sender(key_prefix: str) -> str:
    return f"buyer-{key_prefix}"
