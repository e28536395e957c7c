"""Accepting a message and waiting for its turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta, timezone

import pytest_asyncio
from redis.asyncio import Redis

from bot.model import BOT, JSON, Ticket, TicketState
from bot.services.converse import POLL_S, Converse, Turn, turn_of
from bot.services.news import Line
from bot.stores.record import Record
from bot.stores.redis_changes import RedisChanges

AT = "2026-11-11T00:00:0{}.000+00:00"


def message(no: int, to: str = BOT) -> JSON:
    return {"no": no, "type": "message", "text": "在吗", "to": to, "at": AT.format(0)}


def line(no: int, kind: str, turn: int | None, at: int = 1) -> JSON:
    return {"no": no, "type": kind, "text": f"{kind} {no}", "turn": turn, "at": AT.format(at)}


def owner(no: int, passed: list[int], at: int = 1) -> JSON:
    return {"no": no, "type": "owner", "owner": "queue:reception", "passed": passed, "at": AT.format(at)}


def numbers(events: tuple[JSON, ...] | None) -> list[int] | None:
    return None if events is None else [event["no"] for event in events]


def test_a_turn_is_open_until_its_decision_is_written() -> None:
    log = [message(1), line(2, "notice", 1), line(3, "say", 1)]
    assert turn_of(1, []) is None
    assert turn_of(1, log) is None
    assert numbers(turn_of(1, [*log, line(4, "decision", 1)])) == [2, 3, 4]


def test_lines_of_other_turns_are_not_mixed_in() -> None:
    log = [message(2), line(3, "say", 1), line(4, "decision", 1), message(5), line(6, "say", 2), line(7, "decision", 2), line(8, "say", 5)]
    assert numbers(turn_of(2, log)) == [6, 7]


def test_a_person_owned_it() -> None:
    assert turn_of(1, [message(1, to="agent:a1")]) == ()


def test_mail_passed_to_people_gets_the_notices_of_that_hand_over_alone() -> None:
    log = [
        message(2), line(3, "notice", 1, at=1), line(4, "say", 1, at=2), line(5, "notice", 1, at=2), line(6, "decision", 1, at=2), owner(7, [2], at=2),
        line(8, "notice", None, at=3),
    ]  # fmt: skip
    assert numbers(turn_of(2, log)) == [5]


def test_the_head_of_passed_mail_gets_each_line_once() -> None:
    log = [message(1), line(2, "notice", 1, at=1), line(3, "notice", 1, at=2), owner(4, [1], at=2)]
    assert numbers(turn_of(1, log)) == [2, 3]


def test_a_turn_that_the_archive_trimmed_is_not_waited_for() -> None:
    assert turn_of(3, [message(9), line(10, "say", 9)]) == ()


@pytest_asyncio.fixture
async def record(redis: Redis, key_prefix: str) -> Record:
    return Record(redis, key_prefix)


@pytest_asyncio.fixture
async def converse(record: Record, redis: Redis, key_prefix: str) -> AsyncIterator[Converse]:
    made = Converse(record, wait_s=5)
    line = Line(RedisChanges(redis, key_prefix))
    line.tell(made.hear)
    task = asyncio.create_task(line.listen())
    yield made
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=0.2)


def now() -> datetime:
    return datetime.now(timezone.utc)


async def answer(record: Record, conversation: str, ticket: Ticket | None = None) -> None:
    """Plays the worker once, as soon as there is mail."""
    while not (entries := await record.take("w", 10, 100)):
        continue
    for entry in entries:
        while not await record.done(entry):
            start = await record.load_turn(entry.conversation)
            assert start.message is not None
            await record.commit_turn(
                conversation, epoch=start.conversation.epoch, message_no=start.message.no, now=now(), ticket=ticket,
                lines=[{"type": "say", "by": "bot", "text": f"答{start.message.no}"}], decision={"action": "answer"},
                tracker_slots={}, tracker_events=[], label="chat.greet",
            )  # fmt: skip


def texts(turn: Turn) -> list[str]:
    return [event["text"] for event in turn.events if "text" in event]


async def test_the_turn_comes_back_with_its_number(converse: Converse, record: Record) -> None:
    worker = asyncio.create_task(answer(record, "c"))
    turn = await converse.accept("c", "在吗", "m1", now=now())
    await worker
    assert (turn.no, texts(turn), turn.duplicate, turn.done) == (1, ["答1"], False, True)
    assert turn.events[-1]["type"] == "decision"


async def test_sent_twice_brings_the_first_turn_again(converse: Converse, record: Record) -> None:
    worker = asyncio.create_task(answer(record, "c"))
    first = await converse.accept("c", "在吗", "m1", now=now())
    await worker
    again = await converse.accept("c", "在吗", "m1", now=now())
    assert (again.no, again.events, again.duplicate) == (first.no, first.events, True)


async def test_sent_twice_at_once_both_get_the_turn(converse: Converse, record: Record) -> None:
    worker = asyncio.create_task(answer(record, "c"))
    turns = await asyncio.gather(*(converse.accept("c", "在吗", "m1", now=now()) for _ in range(3)))
    await worker
    assert [texts(turn) for turn in turns] == [["答1"]] * 3
    assert sorted(turn.duplicate for turn in turns) == [False, True, True]


async def test_without_news_the_log_is_looked_at(record: Record) -> None:
    converse = Converse(record, wait_s=POLL_S * 10)
    worker = asyncio.create_task(answer(record, "c"))
    turn = await converse.accept("c", "在吗", "m1", now=now())
    await worker
    assert texts(turn) == ["答1"]


async def test_time_runs_out_with_what_the_desk_said_so_far(record: Record) -> None:
    converse = Converse(record, wait_s=0.3)
    waiting = asyncio.create_task(converse.accept("c", "在吗", "m1", now=now()))
    while not await record.events("c"):
        await asyncio.sleep(0)
    await record.notice("c", "正在为您查看。", 1, now=now())
    turn = await waiting
    assert (texts(turn), turn.done) == (["正在为您查看。"], False)
    assert (await record.backlog()).conversations == 1


async def test_a_hand_over_just_after_the_wait_still_reaches_the_customer(converse: Converse, record: Record) -> None:
    hurried = Converse(record, wait_s=0.1)
    waiting = asyncio.create_task(hurried.accept("c", "在吗", "m1", now=now()))
    while not await record.events("c"):
        await asyncio.sleep(0)
    await record.notice("c", "正在为您查看。", 1, now=now())
    await asyncio.sleep(0.3)
    ticket = Ticket("T1", "c", "chat.human", "reception", TicketState.WAITING, now(), now() + timedelta(minutes=3))
    lines = [{"type": "notice", "by": "desk", "text": "已转人工。"}]
    await record.hand_over("c", ticket, lines=lines, reason="mail_waits", by="watch", now=now(), message_no=1)
    turn = await waiting
    assert (texts(turn), turn.done) == (["正在为您查看。", "已转人工。"], True)


async def test_a_person_who_owns_the_conversation_is_not_waited_for(converse: Converse, record: Record) -> None:
    opened = now()
    ticket = Ticket("T1", "c", "chat.human", "reception", TicketState.WAITING, opened, opened + timedelta(minutes=3))
    worker = asyncio.create_task(answer(record, "c", ticket))
    await converse.accept("c", "转人工", "m1", now=now())
    await worker
    assert await converse.accept("c", "有人吗", "m2", now=now()) == Turn(5, ())
    assert (await converse.accept("c", "有人吗", "m2", now=now())).events == ()
