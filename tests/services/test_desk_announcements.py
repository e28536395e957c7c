"""Announcements at the desk: only supervisors switch them, each deed once, in the audit, told to every page."""

from __future__ import annotations

import asyncpg
import pytest
from redis.asyncio import Redis

from bot.desk.rights import Person
from bot.errors import Forbidden, NotFound
from bot.services.desk import Desk
from tests.services.desk_people import ADMIN, BOSS, LIN, TRAINER, a_desk, audited
from tests.stores.redis_builders import NOON, after


@pytest.fixture
def desk(redis: Redis, key_prefix: str, database: asyncpg.Pool) -> Desk:
    return a_desk(redis, key_prefix, database)


@pytest.mark.parametrize("person", [LIN, TRAINER, ADMIN])
async def test_nobody_but_a_supervisor_switches_or_looks(desk: Desk, person: Person) -> None:
    for deed in (
        desk.announcements(person, NOON),
        desk.preview(person, "page_down", None, NOON),
        desk.announce(person, "page_down", "d1", None, None, (), NOON),
        desk.end_announcement(person, "page_down", NOON),
    ):
        with pytest.raises(Forbidden, match="没有权限开关公告"):
            await deed
    assert await desk.announcing.on(NOON) == []


async def test_on_and_off_are_in_the_audit_once_each_and_told_to_the_pages(desk: Desk) -> None:
    told: list[str] = []

    async def publish(kind: str, **_: object) -> None:
        told.append(kind)

    desk.parts.signals.publish = publish  # type: ignore[method-assign]
    for _ in range(2):
        listed = await desk.announce(BOSS, "overselling", "d1", after(3600), after(7200), ["RUN-42", " RUN-42 ", ""], NOON)
    (one,) = [row["on"] for row in listed if row["on"]]
    assert (one["by"], one["name"], one["goods"], one["until"]) == (BOSS.id, BOSS.name, ["RUN-42"], after(7200).isoformat())
    assert "今天 13:00" in one["text"] and "13:00 today" in one["text_en"]
    for _ in range(2):
        listed = await desk.end_announcement(BOSS, "overselling", after(1))
    assert [row["on"] for row in listed] == [None, None, None]
    assert told == ["announcement", "announcement"]
    times = {"back_at": after(3600).isoformat(), "until": after(7200).isoformat()}
    assert await audited(desk) == [
        {"who": BOSS.id, "what": "announce", "v": 1, "announcement": "overselling", "goods": ["RUN-42"], **times},
        {"who": BOSS.id, "what": "announce_off", "v": 1, "announcement": "overselling"},
    ]


async def test_a_preview_is_what_customers_would_read_and_switches_nothing(desk: Desk) -> None:
    without, with_time = [await desk.preview(BOSS, "page_down", back_at, NOON) for back_at in (None, after(3600))]
    assert "恢复" not in without["text"] and "预计 今天 13:00 恢复" in with_time["text"]
    assert await desk.announcing.on(NOON) == []
    with pytest.raises(NotFound):
        await desk.preview(BOSS, "nothing", None, NOON)
