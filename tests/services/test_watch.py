"""The watch on a real Redis: waiting mail, due tickets, one active at a time."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.desk.routing import route
from bot.errors import Stale
from bot.model import Severity
from bot.playbooks.load import load_playbooks
from bot.redis_server import EmbeddedRedis
from bot.services.desk_rules import load_desk_rules
from bot.services.hand_offs import HandOffs
from bot.services.hearing import Ear
from bot.services.ledger import audit
from bot.services.watch import Watch
from bot.stores.record import Record
from bot.stores.redis_base import connect
from bot.stores.redis_signals import RedisSignals
from tests.places import own_port
from tests.stores.redis_builders import NOON, a_ticket, after, answer, write

RULES = load_desk_rules()
SHIPPED = load_playbooks()
BOOKS = replace(
    SHIPPED,
    lines={
        "looking": {"zh": "正在看，请稍等。", "en": "Looking."},
        "slow_hand_off": {"zh": "让您等了，已转给同事。"},
        "returned": SHIPPED.lines["returned"],
    },
)


def a_watch(record: Record, ear: Ear | None = None) -> Watch:
    """A watch with the shipped rules."""
    signals = RedisSignals(record.redis, record.keys.prefix)
    return Watch(record, HandOffs(record, lambda: RULES), lambda: RULES, lambda: BOOKS, signals, ear=ear)


@pytest.fixture
def record(redis: Redis, key_prefix: str) -> Record:
    return Record(redis, key_prefix)


@pytest.fixture
def watch(record: Record) -> Watch:
    return a_watch(record)


async def texts(record: Record, conversation: str = "c1") -> list[str]:
    """What the desk told the customer."""
    return [event["text"] for event in await record.events(conversation) if event["type"] == "notice"]


async def test_a_customer_hears_once_after_three_seconds(record: Record, watch: Watch) -> None:
    await write(record)
    await watch.mail(after(2.9))
    assert await texts(record) == []
    await watch.mail(after(3.1))
    await watch.mail(after(3.6))
    assert await texts(record) == ["正在看，请稍等。"]


async def test_after_ten_seconds_people_take_over_and_the_bots_late_answer_is_refused(record: Record, watch: Watch) -> None:
    first = await write(record)
    await answer(record, first)
    second, third = await write(record, seconds=10), await write(record, seconds=11)
    turn = await record.load_turn("c1")
    await watch.mail(after(20.5))
    known = await record.conversation("c1")
    assert known is not None
    assert known.owner == "queue:reception"
    (ticket,) = await record.tickets(sender="c1")
    assert (ticket.label, ticket.reason, ticket.id[:9]) == ("faq.tracking", "slow", "T20261111")
    owner = (await record.events("c1"))[-1]
    assert owner["passed"] == [second, third]
    assert (await texts(record))[0] == "让您等了，已转给同事。"
    assert "同事现在都不在线" in (await texts(record))[-1]
    with pytest.raises(Stale):
        await answer(record, second, epoch=turn.conversation.epoch)
    assert (await audit(record)).problems == []


async def test_the_next_conversation_tries_the_bot_again(record: Record, watch: Watch) -> None:
    await write(record)
    await watch.mail(after(11))
    accepted = await record.accept("c2", "在吗", "m1", now=after(12))
    assert accepted.owner == "bot"


async def test_an_english_customer_hears_english(record: Record, watch: Watch) -> None:
    no = await write(record)
    await record.commit_turn(
        "c1", epoch=0, message_no=no, lines=[], decision={"action": "answer"}, tracker_slots={"matter": {"writing": "en"}},
        tracker_events=[], label=None, now=NOON,
    )  # fmt: skip
    await write(record)
    await watch.mail(after(4))
    assert await texts(record) == ["Looking."]


async def test_a_ticket_is_warned_of_and_then_told_as_breached_once(record: Record, watch: Watch) -> None:
    no = await write(record)
    await answer(record, no, ticket=a_ticket(due_s=180))
    for seconds in (99, 101, 110, 179, 181, 190):
        await watch.tickets(after(seconds))
    told = [event["what"] for event in await record.events("c1") if event["type"] == "ticket"]
    assert told == ["warned", "breached"]
    assert await record.due(after(999)) == []


async def test_one_watch_is_active_and_the_next_takes_over(record: Record) -> None:
    assert await record.hold_watch("a", 60_000) is True
    assert await record.hold_watch("b", 60_000) is False
    assert await record.hold_watch("a", 60_000) is True
    await record.leave_watch("b")
    assert await record.hold_watch("b", 60_000) is False
    await record.leave_watch("a")
    assert await record.hold_watch("b", 50) is True
    await asyncio.sleep(0.1)
    assert await record.hold_watch("a", 200) is True


async def test_a_complaint_that_waits_goes_to_the_supervisor_as_serious(record: Record, model_path: Path) -> None:
    watch = a_watch(record, Ear(model_path.parent))
    await write(record, "在吗")
    await write(record, "我要投诉你们，打12315")
    await watch.mail(after(11))
    (ticket,) = await record.tickets(sender="c1")
    known = await record.conversation("c1")
    assert known is not None
    assert (ticket.label, ticket.severity, ticket.reason, ticket.path) == ("dispute.escalation", Severity.SERIOUS, "slow", None)
    assert (known.owner, known.label) == (f"queue:{route(RULES.taxonomy, ticket.label, 'after_sales')}", "dispute.escalation")
    assert "要投诉" in ticket.summary


async def test_what_names_no_matter_gives_the_conversation_no_label(record: Record, model_path: Path) -> None:
    watch = a_watch(record, Ear(model_path.parent))
    await write(record, "在吗")
    await watch.mail(after(11))
    known = await record.conversation("c1")
    assert known is not None
    assert (known.owner, known.label) == ("queue:reception", None)


async def test_without_a_model_people_take_over_as_before(record: Record, tmp_path: Path) -> None:
    (tmp_path / "torn.tar.gz").write_bytes(b"torn")
    for conversation, folder in (("c1", tmp_path / "none"), ("c2", tmp_path)):
        await write(record, "我要投诉12315", conversation)
        await a_watch(record, Ear(folder)).mail(after(11))
        known = await record.conversation(conversation)
        assert known is not None
        assert known.owner == "queue:reception"


async def test_a_message_that_waited_for_redis_is_the_workers_first(tmp_path: Path, key_prefix: str) -> None:
    server = EmbeddedRedis(tmp_path, own_port())
    server.start(lambda _: None)
    client = connect(server.url)
    record = Record(client, key_prefix)
    watch, stop = a_watch(record), asyncio.Event()
    moment = [after(0)]
    running = asyncio.create_task(watch.run(stop, lambda: moment[0]))
    try:
        await asyncio.sleep(0.2)
        await write(record)
        assert server.process is not None
        os.kill(server.process.pid, signal.SIGSTOP)
        await asyncio.sleep(1.0)
        moment[0] = after(20)
        os.kill(server.process.pid, signal.SIGCONT)
        heard: dict[float, list[str]] = {}
        for seconds in (20, 21.5, 22.5, 23.5, 25, 26.5, 28, 29.5, 30.5, 31):
            moment[0] = after(seconds)
            while watch.seen_at != moment[0]:
                await asyncio.sleep(0.05)
            await asyncio.sleep(0.1)
            heard[seconds] = await texts(record)
        assert (heard[22.5], heard[25], heard[29.5]) == ([], ["正在看，请稍等。"], ["正在看，请稍等。"])
        assert heard[31][1] == "让您等了，已转给同事。"
    finally:
        stop.set()
        await running
        await client.aclose()
        server.stop()


async def test_the_watch_goes_on_when_redis_comes_back(tmp_path: Path, key_prefix: str) -> None:
    server = EmbeddedRedis(tmp_path, own_port())
    server.start(lambda _: None)
    client = connect(server.url)
    record = Record(client, key_prefix)
    watch, stop = a_watch(record), asyncio.Event()
    await write(record)
    moment = [after(1)]

    def clock() -> datetime:
        return moment[0]

    running = asyncio.create_task(watch.run(stop, clock))
    try:
        await asyncio.sleep(0.1)
        server.stop()
        await asyncio.sleep(1.2)
        assert not running.done()
        server.start(lambda _: None)
        for step in range(100):
            moment[0] = after(5 + step / 10)
            await asyncio.sleep(0.1)
            if await texts(record):
                break
        assert await texts(record) == ["正在看，请稍等。"]
    finally:
        stop.set()
        await running
        await client.aclose()
        server.stop()
