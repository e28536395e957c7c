"""Agents at the desk, their screens, and the signals between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.errors import BadInput
from bot.stores.record import Record
from bot.stores.redis_base import connect
from bot.stores.redis_changes import RedisChanges
from bot.stores.redis_lookers import RedisLookers
from bot.stores.redis_signals import RedisSignals
from bot.stores.values import MISSED, News
from tests.stores.redis_builders import NOON, a_ticket, after, an_agent, answer, write


@pytest.fixture
def record(redis: Redis, key_prefix: str) -> Record:
    return Record(redis, key_prefix)


async def test_agents_are_on_duty_while_they_give_signs_and_are_not_on_a_break(record: Record) -> None:
    await record.set_presence(an_agent("amy", groups=("exceptions", "reception")), NOON)
    await record.set_presence(an_agent("bob", status="busy"), NOON)
    await record.set_presence(an_agent("eve", status="break"), NOON)
    await record.set_presence(an_agent("old"), after(-120))
    assert dict(await record.on_duty(after(10))) == {"exceptions": 2, "reception": 1}
    assert [agent.id for agent in await record.agents(after(10))] == ["amy", "bob", "eve"]
    await record.beat_agent("old", after(10))
    assert dict(await record.on_duty(after(10)))["exceptions"] == 3
    await record.leave("amy")
    await record.beat_agent("amy", after(11))  # a page that had not heard yet
    assert dict(await record.on_duty(after(12))) == {"exceptions": 2}
    assert await record.agent("amy") is None


async def test_a_state_comes_back_as_it_was_set(record: Record) -> None:
    state = an_agent("amy", groups=("exceptions",), capacity=3)
    await record.set_presence(state, NOON)
    assert await record.agent("amy") == state
    assert await record.agents(NOON) == [state]
    with pytest.raises(BadInput):
        await record.set_presence(replace(state, status="asleep"), NOON)


async def test_the_desk_sets_a_status_without_making_the_agent_seem_alive(record: Record) -> None:
    await record.set_presence(an_agent("amy"), NOON)
    changed = await record.set_status("amy", "busy", after(90), was="online")
    assert changed is not None
    assert (changed.status, changed.since) == ("busy", after(90))
    assert await record.agents(after(90)) == []
    assert await record.set_status("amy", "busy", NOON, was="online") is None
    assert await record.set_status("nobody", "busy", NOON, was="online") is None


async def test_who_has_a_conversation_open(redis: Redis, key_prefix: str) -> None:
    lookers = RedisLookers(redis, key_prefix)
    assert await lookers.look("c1", "bob", NOON) is True
    assert await lookers.look("c1", "amy", after(20)) is True
    assert await lookers.look("c1", "amy", after(25)) is False
    assert await lookers.lookers("c1", after(29)) == ["amy", "bob"]
    assert await lookers.lookers("c1", after(31)) == ["amy"]
    await lookers.look_away("c1", "amy")
    assert await lookers.lookers("c1", after(31)) == []


async def first(listening: AsyncIterator[Any], n: int) -> list[Any]:
    """The first n that are heard."""
    heard: list[Any] = []
    async with aclosing(listening):  # type: ignore[type-var]
        async for one in listening:
            heard.append(one)
            if len(heard) == n:
                break
    return heard


async def subscribed(redis: Redis, channel: str, n: int = 1) -> None:
    """Waits until that many listen."""
    while dict(await redis.pubsub_numsub(channel))[channel] < n:
        await asyncio.sleep(0.01)


async def test_a_signal_reaches_those_who_listen(redis: Redis, key_prefix: str) -> None:
    signals = RedisSignals(redis, key_prefix)
    await signals.publish("typing", conversation="c0", on=True)  # nobody hears it, and nobody minds
    listening = [asyncio.create_task(first(signals.listen(), 2)) for _ in range(2)]
    await subscribed(redis, f"{key_prefix}:signals", 2)
    await signals.publish("typing", conversation="c1", on=True)
    await signals.publish("presence", agent="amy")
    expected = [{"k": "typing", "conversation": "c1", "on": True}, {"k": "presence", "agent": "amy"}]
    assert await asyncio.gather(*listening) == [expected, expected]


async def test_news_say_who_owns_the_conversation_and_which_ticket_changed(record: Record, redis: Redis, key_prefix: str) -> None:
    listening = asyncio.create_task(first(RedisChanges(redis, key_prefix).listen(), 6))
    await subscribed(redis, record.keys.events_channel())
    no = await write(record)
    await write(record)
    await answer(record, no, ticket=a_ticket())
    await record.claim("T1", "amy", now=NOON)
    await record.alert("T1", "reply", "warned", now=after(121))
    assert await listening == [
        MISSED,
        News("c1", 1, "bot"),
        News("c1", 2, "bot"),
        News("c1", 5, "queue:exceptions", "T1", frozenset({1, 2})),
        News("c1", 6, "agent:amy", "T1"),
        News("c1", 7, "agent:amy", "T1"),
    ]


async def test_who_listens_hears_that_news_were_missed_when_the_line_broke(redis: Redis, redis_url: str, key_prefix: str) -> None:
    own = connect(redis_url)
    record, changes = Record(redis, key_prefix), RedisChanges(own, key_prefix)
    heard: list[News] = []

    async def listen() -> None:
        async with aclosing(changes.listen()) as news:  # type: ignore[type-var]
            async for one in news:
                heard.append(one)

    listening = asyncio.create_task(listen())
    channel = record.keys.events_channel()
    try:
        await subscribed(redis, channel)
        for client in await redis.client_list(_type="pubsub"):
            await redis.client_kill_filter(_id=client["id"])
        while len(heard) < 2:
            await asyncio.sleep(0.01)
        await write(record)
        while len(heard) < 3:
            await asyncio.sleep(0.01)
        assert heard == [MISSED, MISSED, News("c1", 1, "bot")]
    finally:
        listening.cancel()
        await asyncio.wait({listening})
        await own.aclose()
