"""Ready stream, mailboxes and turns: what workers may rely on, whatever happens to one of them."""

from __future__ import annotations

import asyncio

import pytest
from redis.asyncio import Redis

from bot.errors import NotFound, Stale
from bot.stores.record import Record
from tests.stores.redis_builders import NOON, a_ticket, after, answer, write


@pytest.fixture
def record(redis: Redis, key_prefix: str) -> Record:
    return Record(redis, key_prefix)


async def test_a_conversation_is_ready_once_until_its_mailbox_is_empty(record: Record) -> None:
    first = await write(record)
    entries = await record.take("w1", 10, 50)
    second = await write(record)
    assert [entry.conversation for entry in entries] == ["c1"]
    assert await record.take("w2", 10, 1) == []
    await answer(record, first)
    assert await record.done(entries[0]) is False
    await answer(record, second)
    assert await record.done(entries[0]) is True
    await write(record)
    assert [entry.conversation for entry in await record.take("w2", 10, 50)] == ["c1"]


async def test_a_dead_workers_conversation_is_taken_over_and_nothing_is_answered_twice(record: Record) -> None:
    no = await write(record)
    (mine,) = await record.take("w1", 1, 50)
    turn = await record.load_turn("c1")
    record._looked_for_dead = 0.0
    (theirs,) = await record.take("w2", 1, 50, claim_idle_ms=0)
    assert (theirs.entry_id, theirs.conversation) == (mine.entry_id, "c1")
    assert await record.touch(theirs) is True
    assert await record.touch(mine) is False
    again = await record.load_turn("c1")
    assert turn.message is not None
    assert again.message is not None
    assert (turn.message.deliveries, again.message.deliveries) == (1, 2)
    assert (await answer(record, no)).already is False
    assert (await answer(record, no)).already is True
    assert [event["type"] for event in await record.events("c1")] == ["message", "say", "decision"]
    assert await record.done(theirs) is True
    assert await record.done(mine) is True
    assert await record.take("w3", 1, 1, claim_idle_ms=0) == []


async def test_a_touched_entry_is_not_taken_over(record: Record) -> None:
    await write(record)
    (entry,) = await record.take("w1", 1, 50)
    await asyncio.sleep(0.3)
    await record.touch(entry)
    record._looked_for_dead = 0.0
    assert await record.take("w2", 1, 1, claim_idle_ms=250) == []


async def test_a_late_done_does_not_hide_a_conversation_that_is_ready_again(record: Record) -> None:
    no = await write(record)
    (old,) = await record.take("w1", 1, 50)
    await answer(record, no)
    assert await record.done(old)
    await write(record)
    assert await record.done(old) is True
    assert [entry.conversation for entry in await record.take("w2", 1, 50)] == ["c1"]


async def test_a_turn_is_loaded_with_all_that_it_needs(record: Record) -> None:
    await record.accept("c1", "一", "m1", now=NOON, images=["u"])
    await write(record)
    await answer(record, 1)
    turn = await record.load_turn("c1")
    assert turn.message is not None
    assert (turn.message.no, turn.waiting, turn.slots) == (2, 1, {"no": 1})
    assert (turn.conversation.label, turn.conversation.owner) == ("faq.tracking", "bot")
    head = await record.head("c1", deliver=False)
    assert head is not None
    assert (head.no, head.deliveries) == (2, 1)
    with pytest.raises(NotFound):
        await record.load_turn("nobody")


async def test_tracker_events_are_bounded_and_slots_are_kept(record: Record) -> None:
    for _ in range(8):
        await answer(record, await write(record))
    stored = await record.tracker_load("c1")
    assert stored is not None
    slots, events = stored
    assert len(events) == 5
    assert events[-1] == '{"event":"user","no":22}'
    assert slots == {"no": 22}


async def test_an_agent_who_takes_over_during_the_turn_leaves_no_bot_line(record: Record) -> None:
    first = await write(record)
    turn = await record.load_turn("c1")
    await record.hand_over("c1", a_ticket(), lines=[], reason="supervisor", by="agent:sue", now=NOON)
    await record.claim("T1", "sue", now=NOON)
    before = await record.events("c1")
    counters = await record.counters()
    with pytest.raises(Stale):
        await answer(record, first, epoch=turn.conversation.epoch, ticket=a_ticket("T2"))
    assert await record.events("c1") == before
    assert await record.ticket("T2") is None
    assert (await record.load_turn("c1")).slots == {}
    after_counters = await record.counters()
    assert after_counters.pop("stale") == 1
    assert after_counters == counters


async def test_back_with_the_bot_the_old_turn_is_still_refused(record: Record) -> None:
    first = await write(record)
    turn = await record.load_turn("c1")
    await record.hand_over("c1", a_ticket(), lines=[], reason="x", by="desk", now=NOON)
    await record.to_bot("T1", by="agent:sue", now=NOON)
    await write(record)
    with pytest.raises(Stale):
        await answer(record, first, epoch=turn.conversation.epoch)


async def test_a_turn_out_of_order_is_refused(record: Record) -> None:
    await write(record)
    second = await write(record)
    with pytest.raises(Stale):
        await answer(record, second)


async def test_a_hand_off_takes_the_rest_of_the_mail_along(record: Record) -> None:
    first, second, third = [await write(record) for _ in range(3)]
    done = await answer(record, first, ticket=a_ticket())
    say, decision, owner = (await record.events("c1", after=3))[:3]
    assert (done.first_no, done.last_no) == (say["no"], owner["no"])
    assert (say["turn"], decision["turn"]) == (first, first)
    assert (owner["passed"], owner["epoch"], owner["by"]) == ([second, third], 1, "bot")
    assert (await record.load_turn("c1")).message is None
    ticket = await record.ticket("T1")
    assert ticket == a_ticket()
    assert await record.place("T1") == 1
    counters = await record.counters()
    assert (counters["accepted"], counters["answered"], counters["handed_off:exceptions"]) == (3, 1, 1)


async def test_mail_that_waits_is_found_by_the_age_of_its_head(record: Record) -> None:
    await write(record, seconds=0)
    await write(record, seconds=4)
    await write(record, conversation="c2", seconds=2)
    assert [waiting.conversation for waiting in await record.waiting(after(1))] == ["c1"]
    await answer(record, 1)
    waiting = await record.waiting(after(9))
    assert [(row.conversation, row.since) for row in waiting] == [("c2", after(2)), ("c1", after(4))]
    backlog = await record.backlog()
    assert (backlog.conversations, backlog.oldest) == (2, after(2))
    await answer(record, 2)
    await answer(record, 1, "c2", ticket=a_ticket(conversation="c2"))
    assert (await record.backlog()).oldest is None


async def test_dead_letters_are_listed_newest_first(record: Record) -> None:
    await record.dead_letter("c1", 3, "ValueError", now=NOON)
    await record.dead_letter("c2", 4, "KeyError", now=NOON)
    assert [row["conversation"] for row in await record.dead_letters()] == ["c2", "c1"]


async def test_scripts_are_sent_again_after_the_server_forgot_them(record: Record, redis: Redis) -> None:
    await write(record)
    await redis.script_flush()
    await write(record)
    assert len(await record.events("c1")) == 2


async def test_the_five_hundredth_turn_reads_and_writes_no_more_than_the_tenth(record: Record, redis: Redis) -> None:
    sizes = []
    for n in range(1, 301):
        no = await write(record)
        if n in (10, 300):
            turn = await record.load_turn("c1")
            sizes.append((turn.waiting, len(str(turn))))
        await answer(record, no)
    assert sizes[0][0] == sizes[1][0]
    assert sizes[1][1] < sizes[0][1] + 50
