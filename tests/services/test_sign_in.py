"""A sign-in as long as it stands: what PostgreSQL says is asked again, its absence ends nobody's day, idling does."""

from __future__ import annotations

from datetime import timedelta

import asyncpg
import pytest
from redis.asyncio import Redis

from bot.services.sign_in import SignedIn, SignIns
from bot.services.staff import Staff
from bot.stores.redis_outbox import RedisOutbox
from bot.stores.redis_sessions import RedisSessions
from bot.stores.sql.pool import open_pool
from tests.stores.redis_builders import NOON


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def sessions(redis: Redis, key_prefix: str) -> RedisSessions:
    return RedisSessions(redis, key_prefix)


def sign_ins(pool: asyncpg.Pool, sessions: RedisSessions, clock: Clock) -> SignIns:
    return SignIns(Staff(pool, ("reception", "exceptions"), "test"), sessions, RedisOutbox(sessions.redis, sessions.keys.prefix), clock)


async def begun(ins: SignIns, pool: asyncpg.Pool) -> SignedIn:
    added = await Staff(pool, ("reception", "exceptions"), "test").add("小林", "agent", ["reception"])
    return await ins.by_password("小林", added.secret, "10.0.0.1", NOON)


@pytest.mark.parametrize("what", ["disable", "groups"])
async def test_a_change_that_nobody_heard_of_ends_the_sign_in_within_half_a_minute(
    database: asyncpg.Pool, sessions: RedisSessions, what: str
) -> None:
    clock = Clock()
    ins = sign_ins(database, sessions, clock)
    signed = await begun(ins, database)
    assert await ins.who(signed.token, NOON, use=False) is not None
    staff = Staff(database, ("reception", "exceptions"), "test")
    await (staff.disable("小林") if what == "disable" else staff.set_groups("小林", ["exceptions"]))
    clock.now = SignIns.RECHECK_S
    assert await ins.who(signed.token, NOON, use=False) is None
    assert await sessions.get(signed.token, NOON) is None


async def test_the_absence_of_postgresql_signs_nobody_out(database: asyncpg.Pool, own_database_url: str, sessions: RedisSessions) -> None:
    pool, clock = await open_pool(own_database_url), Clock()
    ins = sign_ins(pool, sessions, clock)
    signed = await begun(ins, database)
    await pool.close()  # From here on nothing answers.
    for _ in range(3):
        clock.now += 3600
        found = await ins.who(signed.token, NOON, use=False)
        assert found is not None and found.person == signed.person


async def test_it_idles_out_unless_somebody_moves_a_hand_and_ends_after_twelve_hours(database: asyncpg.Pool, sessions: RedisSessions) -> None:
    ins = sign_ins(database, sessions, Clock())
    signed = await begun(ins, database)
    assert await ins.who(signed.token, NOON + timedelta(minutes=29), use=True) is not None
    assert await ins.who(signed.token, NOON + timedelta(minutes=58), use=False) is not None
    assert await ins.who(signed.token, NOON + timedelta(minutes=60), use=True) is None
    again = await sessions.create("s1", "小林", "agent", ["reception"], now=NOON)
    for quarter in range(1, 48):
        assert await ins.who(again[0], NOON + timedelta(minutes=15 * quarter), use=True) is not None
    assert await ins.who(again[0], NOON + timedelta(hours=12), use=True) is None


async def test_a_sign_in_and_locked_addresses_stand_in_the_audit_without_passwords(database: asyncpg.Pool, sessions: RedisSessions) -> None:
    ins = sign_ins(database, sessions, Clock())
    signed = await begun(ins, database)
    rows = await RedisOutbox(sessions.redis, sessions.keys.prefix).rows()
    assert [(row.who, row.what, row.data) for row in rows] == [("s1", "sign_in", {"v": 1, "how": "password"})]
    assert signed.token not in str(rows) and signed.digest not in signed.token
