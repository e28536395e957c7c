"""Redis or PostgreSQL stopped and started again under the gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from gates import OpenGate, now
from visitor_pages import a_page, a_token, conversation_of

from bot.redis_server import EmbeddedRedis
from bot.services.staff import Keys, Staff
from bot.stores.record import Record
from bot.stores.redis_base import connect
from tests.places import own_port


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[EmbeddedRedis]:
    """A Redis of this test alone, which it may stop."""
    server = EmbeddedRedis(tmp_path / "own", own_port())
    server.start()
    yield server
    server.stop()


async def test_without_redis_nothing_is_accepted_and_it_comes_back_by_itself(
    open_gate: OpenGate, own_redis: EmbeddedRedis, sender: str
) -> None:
    gate = await open_gate(own_redis.url, reply_wait_s=0.1)
    assert await gate.say(sender, "在吗", message_id="m1") == []
    own_redis.stop()
    answer = await gate.send({"sender": sender, "message": "还在吗", "metadata": {"message_id": "m2"}})
    assert (answer.status, (await answer.json())["code"]) == (503, "store_down")
    assert int(answer.headers["Retry-After"]) >= 1
    assert (await gate.call("GET", "/healthz", key=None)).status == 200
    assert (await (await gate.call("GET", "/readyz", key=None)).json())["redis"] == "down"
    assert "qiantai_redis_up 0.0" in await (await gate.call("GET", "/metrics")).text()
    own_redis.start()
    assert await gate.say(sender, "还在吗", message_id="m2") == []
    assert [event["text"] for event in await gate.record.events(sender)] == ["在吗", "还在吗"]


async def test_after_redis_came_back_turns_are_heard_of_again(open_gate: OpenGate, own_redis: EmbeddedRedis, sender: str) -> None:
    gate = await open_gate(own_redis.url)
    own_redis.stop()
    own_redis.start()
    worker = asyncio.create_task(gate.player.play())
    try:
        assert [item.get("text") for item in await gate.say(sender, "在吗")] == ["答：在吗", None]
    finally:
        while not worker.done():
            worker.cancel()
            await asyncio.wait({worker}, timeout=0.2)


async def test_redis_gone_while_a_call_waits_is_no_error_as_the_message_is_stored(
    open_gate: OpenGate, own_redis: EmbeddedRedis, sender: str
) -> None:
    gate = await open_gate(own_redis.url, reply_wait_s=1.0)
    call = asyncio.create_task(gate.send({"sender": sender, "message": "在吗"}))
    while not await gate.record.events(sender):
        await asyncio.sleep(0)
    own_redis.stop()
    answer = await call
    assert (answer.status, await answer.json()) == (200, [])
    own_redis.start()
    assert [event["text"] for event in await gate.record.events(sender)] == ["在吗"]


async def test_a_key_of_the_staffs_book_opens_and_a_known_one_still_does_without_postgresql(
    open_gate: OpenGate, database: asyncpg.Pool
) -> None:
    gate = await open_gate(api_keys=Keys(database))
    added = await Staff(database, ["reception"], "test").add(f"shop {uuid4().hex[:6]}", "integration")
    other = await Staff(database, ["reception"], "test").add(f"shop {uuid4().hex[:6]}", "integration")
    assert (await gate.call("GET", "/api/phase", key=added.secret)).status == 200
    assert (await gate.call("GET", "/api/phase", key="qt_" + "x" * 43)).status == 401
    await database.close()
    assert (await gate.call("GET", "/api/phase", key=added.secret)).status == 200
    assert (await gate.call("GET", "/api/phase", key=other.secret)).status == 503


async def test_after_redis_came_back_a_page_hears_what_was_written_and_its_retry_is_one_message(
    open_gate: OpenGate, own_redis: EmbeddedRedis
) -> None:
    gate = await open_gate(own_redis.url)
    async with a_page(gate) as page:
        await page.sync()
        await page.say("在吗", "m1")
        own_redis.stop()
        await page.send("message", client_id="m2", text="还在吗")
        error = await page.until("error")
        assert (error["code"], error["client_id"]) == ("store_down", "m2")
        own_redis.start()
        conversation = await conversation_of(gate, page.token)
        while True:
            await page.send("message", client_id="m2", text="还在吗")
            page.unread.clear()
            while (answer := await page.next()) is not None and answer["type"] not in ("ack", "error"):
                pass
            if answer is not None and answer["type"] == "ack":
                break
        # Written by another process: only the subscription tells this one.
        elsewhere = connect(own_redis.url)
        await Record(elsewhere, gate.record.keys.prefix).accept(conversation, "从别处", "m3", now=now())
        await elsewhere.aclose()
        assert (await page.until("message", lambda frame: frame["client_id"] == "m3"))["no"] == 3
    async with a_page(gate, page.token) as fresh:
        await fresh.sync()
        assert fresh.events == page.events


async def test_a_page_that_comes_while_redis_is_away_is_asked_to_come_again(open_gate: OpenGate, own_redis: EmbeddedRedis) -> None:
    gate = await open_gate(own_redis.url)
    token = await a_token(gate)
    own_redis.stop()
    async with a_page(gate, token) as page:
        await page.send("sync", token=token, after=0)
        assert await page.closed() == 1001
        assert page.frames[0]["code"] == "store_down"
    own_redis.start()
    async with a_page(gate, token) as page:
        await page.sync()
