"""The client of Redis: more calls than connections, and a Redis that hangs."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

from bot.errors import StoreDown
from bot.redis_server import EmbeddedRedis
from bot.stores.record import Record
from bot.stores.redis_base import CONNECTIONS, connect
from tests.places import own_port
from tests.stores.redis_builders import NOON


async def test_more_calls_at_once_than_connections_wait_and_all_are_answered(redis_url: str, key_prefix: str) -> None:
    client = connect(redis_url)
    record = Record(client, key_prefix)
    accepted = await asyncio.gather(*(record.accept("c1", "在吗", f"m{n}", now=NOON) for n in range(CONNECTIONS * 10)))
    assert sorted(one.no for one in accepted) == list(range(1, CONNECTIONS * 10 + 1))
    await client.aclose()


async def test_those_who_wait_have_their_turn_in_order_whoever_comes_later(redis_url: str) -> None:
    client = connect(redis_url)
    pool, turns = client.connection_pool, []
    held = [await pool.get_connection() for _ in range(CONNECTIONS)]

    async def call(name: int) -> None:
        connection = await pool.get_connection()
        turns.append(name)
        await pool.release(connection)

    waiting = [asyncio.create_task(call(name)) for name in range(3)]
    await asyncio.sleep(0)
    # One connection goes round; who comes the moment it is free is behind those who wait.
    await pool.release(held.pop())
    waiting.append(asyncio.create_task(call(3)))
    await asyncio.gather(*waiting)
    assert turns == [0, 1, 2, 3]
    for connection in held:
        await pool.release(connection)
    await client.aclose()


async def test_who_gave_up_waiting_leaves_the_connections_to_the_others(redis_url: str, key_prefix: str) -> None:
    client = connect(redis_url)
    record = Record(client, key_prefix)
    for _ in range(5):
        calls = [asyncio.create_task(record.ping()) for _ in range(CONNECTIONS * 4)]
        await asyncio.sleep(0)
        for call in calls[::2]:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
    await asyncio.gather(*(record.ping() for _ in range(CONNECTIONS * 2)))
    await client.aclose()


async def test_a_redis_that_hangs_is_down_for_those_who_wait_too(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path, own_port())
    server.start()
    assert server.process is not None
    client = connect(server.url, timeout_s=0.5)
    record = Record(client, "t")
    await record.ping()
    server.process.send_signal(signal.SIGSTOP)
    try:
        answers = await asyncio.gather(*(record.ping() for _ in range(CONNECTIONS * 3)), return_exceptions=True)
        assert {type(answer) for answer in answers} == {StoreDown}
    finally:
        server.process.send_signal(signal.SIGCONT)
    await record.ping()
    await client.aclose()
    server.stop()
