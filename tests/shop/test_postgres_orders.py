from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path

import asyncpg
import psutil
import pytest
import pytest_asyncio

from bot.errors import StoreDown
from bot.postgres_server import EmbeddedPostgres
from bot.settings import load
from bot.shop.breaker import Breaker
from bot.shop.cached_orders import CachedOrders
from bot.shop.checks import moment
from bot.shop.orders import open_orders
from bot.shop.postgres_orders import PostgresOrders
from bot.stores.sql import orders as table
from bot.stores.sql.migrate import migrate
from bot.stores.sql.pool import open_pool
from tests.shop.orders_for_tests import an_order


async def put(pool: asyncpg.Pool, *orders: dict) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await table.upsert(connection, [table.Row(order, moment(order["placed_at"])) for order in orders])


async def soon(check: Callable[[], Awaitable[bool]]) -> None:
    """Returns when the check holds; the test's failure otherwise."""
    for _ in range(200):
        if await check():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("not within 10 seconds")


async def test_recent_gives_the_newest_twenty_of_this_buyer_only(database: asyncpg.Pool) -> None:
    start = moment("2026-11-01T00:00:00Z")
    assert start is not None
    mine = [an_order(n, placed_at=(start + timedelta(hours=n)).isoformat()) for n in range(25)]
    await put(database, *mine, an_order(99, buyer_id="b2"), an_order(98, placed_at=None))
    orders = await PostgresOrders(database).recent("b1")
    assert [order.raw for order in orders] == mine[:4:-1]
    assert await PostgresOrders(database).recent("b3") == ()


@pytest.mark.parametrize("buyer", ["", " ", "b\0", "\ud83d", "b" * 129, "' or 1=1 --", "%"])
async def test_what_cannot_be_a_buyer_has_no_orders(database: asyncpg.Pool, buyer: str) -> None:
    await put(database, an_order())
    assert await PostgresOrders(database).recent(buyer) == ()


async def test_a_change_empties_the_cache_of_who_listens(database: asyncpg.Pool, own_database_url: str) -> None:
    await put(database, an_order(state="paid"))
    async with open_orders(load({}, orders_cache_s=3600), own_database_url) as orders:
        assert isinstance(orders, CachedOrders)
        assert (await orders.recent("b1"))[0].state == "paid"
        await put(database, an_order(state="shipped"))

        async def fresh() -> bool:
            return (await orders.recent("b1"))[0].state == "shipped"

        await soon(fresh)


@pytest_asyncio.fixture
async def own_server() -> AsyncIterator[EmbeddedPostgres]:
    """A PostgreSQL of this test's own, which it may stop."""
    folder = Path(tempfile.mkdtemp(prefix="qiantai-test-"))
    server = EmbeddedPostgres(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


async def test_orders_come_back_by_themselves_after_postgresql_was_away(own_server: EmbeddedPostgres) -> None:
    await migrate(own_server.url)
    settings = load({}, orders_cache_s=0, orders_timeout_s=1.0)
    async with open_orders(settings, own_server.url) as orders:
        assert await orders.recent("b1") == ()
        own_server.stop()
        for _ in range(6):
            with pytest.raises(StoreDown):
                await orders.recent("b1")
        own_server.start()

        async def back() -> bool:
            try:
                return await orders.recent("b1") == ()
            except StoreDown:
                return False

        await soon(back)


async def test_orders_can_be_opened_before_postgresql_is_there(own_server: EmbeddedPostgres) -> None:
    await migrate(own_server.url)
    own_server.stop()
    async with open_orders(load({}, orders_cache_s=0), own_server.url) as orders:
        with pytest.raises(StoreDown):
            await orders.recent("b1")
        own_server.start()
        assert await orders.recent("b1") == ()


async def test_a_database_without_tables_or_no_database_is_store_down(database_url: str) -> None:
    for url in (database_url, database_url.replace("/postgres?", "/nothing?")):
        pool = await open_pool(url)
        with pytest.raises(StoreDown):
            await PostgresOrders(pool).recent("b1")
        await pool.close()


@pytest.fixture
def frozen() -> Iterator[Callable[[int], None]]:
    """Stops a process as a hanging machine would, and lets it go on after the test."""
    stopped: list[int] = []

    def freeze(pid: int) -> None:
        os.kill(pid, signal.SIGSTOP)
        stopped.append(pid)

    yield freeze
    for pid in stopped:
        if psutil.pid_exists(pid):
            os.kill(pid, signal.SIGCONT)


async def test_a_hanging_postgresql_is_store_down_and_never_hangs_the_caller(
    own_server: EmbeddedPostgres, frozen: Callable[[int], None]
) -> None:
    await migrate(own_server.url)
    pool = await open_pool(own_server.url, max_size=1)
    orders = PostgresOrders(pool, timeout_s=0.3)
    frozen(await pool.fetchval("select pg_backend_pid()"))
    assert own_server.process is not None
    frozen(own_server.process.pid)
    for _ in range(3):
        with pytest.raises(StoreDown):
            # Bounded far above the time-out: this fails only when the look-up hangs.
            await asyncio.wait_for(asyncio.shield(asyncio.ensure_future(orders.recent("b1"))), 30)
    pool.terminate()


async def test_after_two_time_outs_nobody_asks_a_hanging_postgresql_but_one_probe_a_pause(
    own_server: EmbeddedPostgres, frozen: Callable[[int], None]
) -> None:
    await migrate(own_server.url)
    pool, clock = await open_pool(own_server.url), [0.0]
    orders = PostgresOrders(pool, timeout_s=0.3, breaker=Breaker(2, 3.0), clock=lambda: clock[0])
    frozen(await pool.fetchval("select pg_backend_pid()"))
    assert own_server.process is not None
    frozen(own_server.process.pid)
    reasons = []
    for clock[0] in (0.0, 1.0, 1.0, 3.9, 4.1, 4.2, 7.0):
        with pytest.raises(StoreDown) as caught:
            await orders.recent("b1")
        reasons.append("暂停查询" in str(caught.value))
    assert reasons == [False, False, True, True, False, True, True]
    for pid in (own_server.process.pid, *(child.pid for child in psutil.Process(own_server.process.pid).children())):
        os.kill(pid, signal.SIGCONT)

    async def back() -> bool:
        clock[0] += 3.1
        try:
            return await orders.recent("b1") == ()
        except StoreDown:
            return False

    await soon(back)
    pool.terminate()


async def test_one_hanging_connection_is_replaced(own_database_url: str, frozen: Callable[[int], None]) -> None:
    pool = await open_pool(own_database_url, max_size=1)
    orders = PostgresOrders(pool, timeout_s=0.3)
    frozen(await pool.fetchval("select pg_backend_pid()"))
    with pytest.raises(StoreDown):
        await orders.recent("b1")

    async def again() -> bool:
        try:
            return await orders.recent("b1") == ()
        except StoreDown:
            return False

    await soon(again)
    pool.terminate()


def test_there_is_no_way_to_ask_for_an_order_by_its_number() -> None:
    public = [name for name in dir(PostgresOrders) + dir(CachedOrders) if not name.startswith("_")]
    assert sorted(set(public)) == ["clear", "recent"]
