"""Dirty conversations, trimming, trackers, phase."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from bot.errors import BadInput
from bot.stores.record import Record
from bot.stores.values import Chosen
from tests.stores.redis_builders import NOON, a_ticket, after, answer, write


@pytest.fixture
def record(redis: Redis, key_prefix: str) -> Record:
    return Record(redis, key_prefix)


async def test_a_conversation_is_dirty_until_all_its_events_are_archived(record: Record) -> None:
    await answer(record, await write(record))
    await write(record, conversation="c2", seconds=5)
    assert await record.dirty() == ["c1", "c2"]
    assert [event["no"] for event in await record.unarchived("c1", limit=2)] == [1, 2]
    await record.archived("c1", 2)
    assert await record.dirty() == ["c1", "c2"]
    assert [event["no"] for event in await record.unarchived("c1")] == [3]
    await record.archived("c1", 3)
    assert await record.dirty() == ["c2"]
    await write(record, seconds=9)
    assert await record.dirty() == ["c2", "c1"]


async def test_trimming_keeps_the_last_events_the_mail_and_the_sums(record: Record) -> None:
    for _ in range(20):
        await answer(record, await write(record))
    await answer(record, await write(record), ticket=a_ticket())
    await write(record)
    last = (await record.events("c1"))[-1]["no"]
    await record.archived("c1", last, keep=4, step=1)
    assert [event["no"] for event in await record.events("c1")] == [last - 3, last - 2, last - 1, last]
    kept = (await record.snapshot("c1")).stored
    assert (kept["kept_accepted"], kept["kept_answered"], kept["trimmed"]) == ("21", "21", str(last - 4))
    await record.archived("c1", last, keep=0, step=1)
    kept = (await record.snapshot("c1")).stored
    assert (kept["kept_accepted"], kept["kept_answered"], kept["kept_queued"]) == ("22", "21", "1")


async def test_an_unknown_conversation_is_not_made_by_archiving_it(record: Record) -> None:
    await record.archived("nobody", 5)
    assert (await record.snapshot("nobody")).stored == {}


async def test_mail_that_waits_is_never_trimmed(record: Record) -> None:
    await answer(record, await write(record))
    waiting = await write(record)
    await record.archived("c1", 99, keep=0, step=1)
    turn = await record.load_turn("c1")
    assert turn.message is not None
    assert turn.message.no == waiting


async def test_a_ticket_that_changed_while_it_was_archived_stays_dirty(record: Record) -> None:
    await answer(record, await write(record), ticket=a_ticket())
    version = await record.ticket_version("T1")
    await record.claim("T1", "amy", now=NOON)
    await record.archived_ticket("T1", version)
    assert await record.dirty_tickets() == ["T1"]
    await record.archived_ticket("T1", await record.ticket_version("T1"))
    assert await record.dirty_tickets() == []


async def test_a_tracker_is_bounded_and_keeps_its_slots(record: Record) -> None:
    assert await record.tracker_load("s") is None
    await record.tracker_append("s", {"a": 1}, ["1", "2", "3"], 4)
    await record.tracker_append("s", {"a": 2}, ["4", "5"], 4)
    assert await record.tracker_load("s") == ({"a": 2}, ["2", "3", "4", "5"])
    assert await record.tracker_senders() == ["s"]
    await record.tracker_delete("s")
    assert await record.tracker_load("s") is None


async def test_the_choice_of_a_phase_is_kept_with_who_and_when(record: Record) -> None:
    assert await record.chosen_phase() is None
    for phase in ("promotion", "auto"):
        await record.choose_phase(phase, "sue", now=NOON)
        assert await record.chosen_phase() == Chosen(phase, "sue", NOON)
    with pytest.raises(BadInput, match="promotion、after_sales、auto"):
        await record.choose_phase("holiday", "sue", now=after(1))


async def test_counters_add_up(record: Record) -> None:
    await record.count("alarms")
    await record.count("alarms", 2)
    await record.accept("c1", "x", "m", now=NOON)
    await record.accept("c1", "x", "m", now=NOON)
    counters = await record.counters()
    assert (counters["alarms"], counters["accepted"], counters["duplicates"]) == (3, 1, 1)
