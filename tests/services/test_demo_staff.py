"""The demo shop's people and their links."""

from __future__ import annotations

import asyncpg
from redis.asyncio import Redis

from bot import taxonomy
from bot.services.demo_staff import PEOPLE, make_demo_staff, sign_in_links
from bot.services.staff import Staff
from bot.stores.redis_sessions import RedisSessions

GROUPS = list(taxonomy.load("data").groups)


async def test_they_are_made_once_and_each_link_signs_one_of_them_in_once(database: asyncpg.Pool, redis: Redis, key_prefix: str) -> None:
    staff, sessions = Staff(database, GROUPS, by="test"), RedisSessions(redis, key_prefix)
    assert [await make_demo_staff(staff, GROUPS) for _ in range(2)] == [len(PEOPLE), 0]
    links = await sign_in_links(staff, sessions)
    names = {member.id: member.name for member in await staff.members()}
    assert [names[await sessions.use_link(token)] for _, token in links] == [person.name for person in PEOPLE]
    assert [await sessions.use_link(token) for _, token in links] == [None] * len(PEOPLE)


async def test_who_was_disabled_gets_no_link(database: asyncpg.Pool, redis: Redis, key_prefix: str) -> None:
    staff = Staff(database, GROUPS, by="test")
    await make_demo_staff(staff, GROUPS)
    await staff.disable("小周")
    links = await sign_in_links(staff, RedisSessions(redis, key_prefix))
    assert "小周" not in [person.name for person, _ in links]
