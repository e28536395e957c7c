"""Sign-ins: how they end, what stands in Redis, and who may use a link."""

from __future__ import annotations

import asyncio

import pytest
from redis.asyncio import Redis

from bot.stores.redis_sessions import RedisSessions
from tests.stores.redis_builders import NOON, after


@pytest.fixture
def sessions(redis: Redis, key_prefix: str) -> RedisSessions:
    return RedisSessions(redis, key_prefix, idle_s=1800, max_s=43_200)


async def sign_in(sessions: RedisSessions, agent: str = "s3") -> str:
    token, _ = await sessions.create(agent, "小林", "agent", ["reception"], now=NOON)
    return token


async def test_a_sign_in_is_found_by_its_token_alone(sessions: RedisSessions) -> None:
    token, csrf = await sessions.create("s3", "小林", "agent", ["reception", "exceptions"], now=NOON)
    session = await sessions.get(token, after(5))
    assert session is not None
    assert (session.agent, session.name, session.role, session.groups, session.csrf) == ("s3", "小林", "agent", ("reception", "exceptions"), csrf)
    assert await sessions.get(token[:-1], after(5)) is None
    assert await sessions.get("", after(5)) is None
    assert len({token, csrf, await sign_in(sessions)}) == 3
    assert len(token) >= 43  # 256 bits


async def test_it_ends_when_nobody_moves_and_in_any_case(sessions: RedisSessions) -> None:
    token = await sign_in(sessions)
    assert await sessions.get(token, after(1799)) is not None
    assert await sessions.get(token, after(1800)) is None
    seconds = 0
    while seconds < 43_200 - 1700:
        seconds += 1700
        assert await sessions.touch(token, after(seconds)) is True
    assert await sessions.get(token, after(43_199)) is not None
    assert await sessions.touch(token, after(43_200)) is False
    assert await sessions.get(token, after(43_200)) is None


async def test_looking_at_it_is_not_moving(sessions: RedisSessions) -> None:
    token = await sign_in(sessions)
    await sessions.get(token, after(1000))
    assert await sessions.get(token, after(1801)) is None


async def test_signed_out_is_out_and_a_late_touch_does_not_bring_it_back(sessions: RedisSessions, redis: Redis) -> None:
    token, other = await sign_in(sessions), await sign_in(sessions)
    await asyncio.gather(sessions.end(token), *(sessions.touch(token, after(n)) for n in range(5)))
    assert await sessions.get(token, after(5)) is None
    assert await sessions.get(other, after(5)) is not None
    assert len(await redis.keys(f"{sessions.keys.session('')}*")) == 1


async def test_all_sign_ins_of_one_agent_end_at_once(sessions: RedisSessions) -> None:
    tokens = [await sign_in(sessions) for _ in range(3)]
    other = await sign_in(sessions, "s4")
    assert await sessions.end_all("s3") == 3
    assert [await sessions.get(token, after(1)) for token in tokens] == [None] * 3
    assert await sessions.get(other, after(1)) is not None
    assert await sessions.end_all("s3") == 0


async def test_a_link_signs_in_once(sessions: RedisSessions) -> None:
    link = await sessions.make_link("s3", 60)
    assert sorted(map(str, await asyncio.gather(*(sessions.use_link(link) for _ in range(5))))) == ["None"] * 4 + ["s3"]
    short = await sessions.make_link("s3", 0.05)
    await asyncio.sleep(0.1)
    assert await sessions.use_link(short) is None


async def test_failures_are_counted_by_name_forgotten_and_forgiven(sessions: RedisSessions) -> None:
    assert [await sessions.failed("name", "小林", 900) for _ in range(3)] == [1, 2, 3]
    assert await sessions.failures("name", "小林") == 3
    assert (await sessions.failures("address", "小林"), await sessions.failures("name", "小美")) == (0, 0)
    assert 898 <= await sessions.wait_s("name", "小林") <= 900
    await sessions.forgive("name", "小林")
    assert (await sessions.failures("name", "小林"), await sessions.wait_s("name", "小林")) == (0, 0)
    await sessions.failed("name", "小林", 0.05)
    await asyncio.sleep(0.1)
    assert await sessions.failures("name", "小林") == 0


async def test_no_token_name_or_address_stands_in_redis_and_every_key_ends(sessions: RedisSessions, redis: Redis, key_prefix: str) -> None:
    token = await sign_in(sessions)
    await sessions.touch(token, after(1))
    link = await sessions.make_link("s3", 60)
    await sessions.failed("address", "203.0.113.9", 900)
    keys = [key async for key in redis.scan_iter(f"{key_prefix}:*")]
    assert len(keys) == 4
    for key in keys:
        assert not any(secret in key for secret in (token, link, "203.0.113.9"))
        assert await redis.pttl(key) > 0
    stored = await redis.hgetall(next(key for key in keys if ":session:" in key))
    assert token not in str(stored)
