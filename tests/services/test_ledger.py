# ruff: noqa: ARG002 - every step of the desk takes a conversation and a number
"""The ledger balances after anything that can happen, and finds every planted hole."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.errors import BotError
from bot.model import JSON
from bot.services.ledger import audit
from bot.stores.record import Record
from bot.stores.redis_base import connect
from tests.stores.redis_builders import NOON, a_ticket, after, answer, write


@pytest.fixture
def record(redis: Redis, key_prefix: str) -> Record:
    return Record(redis, key_prefix)


async def a_day(record: Record) -> None:
    """Every fate once: answered, passed, written to a queue, to an agent; one in the mailbox."""
    await write(record)
    await write(record)
    await answer(record, 1, ticket=a_ticket("T1"))
    await write(record)
    await record.claim("T1", "amy", now=NOON)
    await write(record)
    await record.say("c1", "amy", "您好", now=NOON)
    await record.close("T1", "好了", by="agent:amy", now=NOON)
    await write(record, conversation="c2")


async def test_it_balances_and_names_the_sums(record: Record) -> None:
    await a_day(record)
    report = await audit(record)
    assert report.problems == []
    found = report.as_json()
    assert {key: found[key] for key in ("conversations", "accepted", "answered", "queued", "owned", "closed", "mailbox", "tickets")} == {
        "conversations": 2, "accepted": 5, "answered": 1, "queued": 2, "owned": 1, "closed": 0, "mailbox": 1, "tickets": 1,
    }  # fmt: skip


async def test_it_balances_when_the_log_is_trimmed(record: Record) -> None:
    await a_day(record)
    whole = await record.events("c1")
    last = whole[-1]["no"]
    before = (await audit(record)).as_json()
    await record.archived("c1", last, keep=3, step=1)
    assert (await audit(record)).as_json() == before

    async def archived(conversation: str, up_to: int) -> list[JSON]:
        return [event for event in whole if event["no"] <= up_to]

    assert (await audit(record, archived)).as_json() == before

    async def lost(conversation: str, up_to: int) -> list[JSON]:
        return []

    assert not (await audit(record, lost)).balanced


Hole = Callable[[Redis, Record], Awaitable[object]]


async def _drop_decision(redis: Redis, record: Record) -> None:
    rows = await redis.xrange(record.keys.log("c1"))
    decision = next(id_ for id_, fields in rows if json.loads(fields["e"])["type"] == "decision")
    await redis.xdel(record.keys.log("c1"), decision)


async def _answer_again(redis: Redis, record: Record) -> None:
    last = await redis.hincrby(record.keys.conversation("c1"), "last_no", 1)
    event = {"v": 1, "no": last, "at": "2026-11-11T04:00:00.000+00:00", "type": "decision", "by": "bot", "turn": 1, "decision": {}}
    await redis.xadd(record.keys.log("c1"), {"e": json.dumps(event)}, id=f"{last}-0")


HOLES: dict[str, tuple[Hole, str]] = {
    "a decision is gone": (_drop_decision, "没有着落"),
    "a message is answered twice": (_answer_again, "有 2 个着落"),
    "mail is lost": (lambda redis, record: redis.delete(record.keys.mail("c2")), "c2 第 1 条：没有着落"),
    "nobody is told of mail": (lambda redis, record: redis.hdel(record.keys.conversation("c2"), "ready"), "不在 ready 里"),
    "the watch does not see mail": (lambda redis, record: redis.zrem(record.keys.waiting(), "c2"), "等待索引里没有"),
    "the owner changed without an event": (lambda redis, record: redis.hset(record.keys.conversation("c1"), "owner", "bot"), "最后一次交接"),
    "a ticket reopened by itself": (lambda redis, record: redis.hset(record.keys.ticket("T1"), "state", "waiting"), "应在队列 ['exceptions']"),
    "a ticket in a foreign queue": (
        lambda redis, record: redis.zadd(record.keys.queue("exceptions"), {"1:0000000000000:T9": 1}), "却没有这张工单"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOLES)
async def test_it_finds_a_planted_hole(redis: Redis, record: Record, name: str) -> None:
    await a_day(record)
    hole, words = HOLES[name]
    # A ticket that reopened itself stands in the index of open ones too.
    await redis.zadd(record.keys.open_tickets(), {"T1": 1}) if "reopened" in name else None
    await hole(redis, record)
    report = await audit(record)
    assert any(words in problem for problem in report.problems), report.problems


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["write", "write", "again", "load", "answer", "answer_late", "hand_off", "take_over", "claim", "say", "transfer", "give_back"]
            + ["plan", "close", "abandon", "to_bot", "notice", "archive", "die", "work"]
        ),
        st.integers(0, 2),
        st.integers(0, 9),
    ),
    max_size=40,
)


class Desk:
    """A desk at which anything happens in any order; what is refused must leave no trace."""

    def __init__(self, record: Record) -> None:
        self.record, self.turns, self.entries, self.seconds = record, {}, [], 0  # type: ignore[var-annotated]

    async def step(self, what: str, talk: int, n: int) -> None:
        """One thing happens in conversation `talk`; refusals are part of life."""
        self.seconds += 1
        with suppress(BotError):
            await getattr(self, what)(f"c{talk}", n)

    async def _ticket(self, c: str) -> str:
        known = await self.record.conversation(c)
        return (known.ticket_id if known else None) or "none"

    async def write(self, c: str, n: int) -> None:
        await write(self.record, conversation=c, seconds=self.seconds)

    async def again(self, c: str, n: int) -> None:
        await write(self.record, conversation=c, client_id=f"m{n}", seconds=self.seconds)

    async def load(self, c: str, n: int) -> None:
        self.turns[c] = await self.record.load_turn(c)

    async def answer(self, c: str, n: int, *, ticket: bool = False, fresh: bool = True) -> None:
        turn = await self.record.load_turn(c) if fresh else self.turns.get(c)
        if turn is None or turn.message is None:
            return
        new = a_ticket(uuid4().hex, c, group=f"g{n % 3}", due_s=100 + n, opened_s=self.seconds) if ticket else None
        await answer(self.record, turn.message.no, c, epoch=turn.conversation.epoch, ticket=new, seconds=self.seconds)

    async def answer_late(self, c: str, n: int) -> None:
        await self.answer(c, n, fresh=False, ticket=n > 6)

    async def hand_off(self, c: str, n: int) -> None:
        await self.answer(c, n, ticket=True)

    async def take_over(self, c: str, n: int) -> None:
        await self.record.hand_over(
            c, a_ticket(uuid4().hex, c, group=f"g{n % 3}"), lines=[], reason="x", by="desk", now=after(self.seconds)
        )

    async def claim(self, c: str, n: int) -> None:
        await asyncio.gather(self.record.claim_next(f"g{n % 3}", "amy", now=NOON), self.record.claim_next(f"g{n % 3}", "bob", now=NOON))

    async def say(self, c: str, n: int) -> None:
        await self.record.say(c, "amy", "您好", now=NOON)

    async def transfer(self, c: str, n: int) -> None:
        where = {"agent": "bob"} if n > 6 else {"group": f"g{n % 3}"}
        await self.record.transfer(await self._ticket(c), by="agent:amy", reason="x", now=NOON, **where)  # type: ignore[arg-type]

    async def give_back(self, c: str, n: int) -> None:
        await self.record.give_back(await self._ticket(c), by="desk", now=NOON)

    async def plan(self, c: str, n: int) -> None:
        await self.record.plan(await self._ticket(c), by="agent:amy", now=NOON)

    async def close(self, c: str, n: int) -> None:
        await self.record.close(await self._ticket(c), "好了", by="agent:amy", now=NOON)

    async def abandon(self, c: str, n: int) -> None:
        await self.record.abandon(await self._ticket(c), by="desk", now=NOON)

    async def to_bot(self, c: str, n: int) -> None:
        await self.record.to_bot(await self._ticket(c), by="desk", now=NOON)

    async def notice(self, c: str, n: int) -> None:
        await self.record.notice(c, "请稍等", n, now=NOON, once=True)

    async def archive(self, c: str, n: int) -> None:
        events = await self.record.unarchived(c, limit=n + 1)
        await self.record.archived(c, events[-1]["no"] if events else 0, keep=n, step=1)

    async def die(self, c: str, n: int) -> None:
        self.entries += await self.record.take("w1", 2, 1, claim_idle_ms=60_000)

    async def work(self, c: str, n: int) -> None:
        self.record._looked_for_dead = 0.0
        for entry in await self.record.take("w2", 3, 1, claim_idle_ms=0):
            while not await self.record.done(entry):
                await self.answer(entry.conversation, n)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS, together=st.integers(1, 4))
def test_the_ledger_balances_after_any_sequence(redis_url: str, steps: list[tuple[str, int, int]], together: int) -> None:
    async def run() -> None:
        client = connect(redis_url)
        record = Record(client, f"p{uuid4().hex[:12]}")
        desk = Desk(record)
        try:
            for n in range(0, len(steps), together):
                await asyncio.gather(*(desk.step(*step) for step in steps[n : n + together]))
            report = await audit(record)
            assert report.problems == []
            sums = report.sums
            assert sums["accepted"] == sums["answered"] + sums["queued"] + sums["owned"] + sums["closed"] + sums["mailbox"]
            assert sums["accepted"] == (await record.counters()).get("accepted", 0)
            # Whoever died, the mail is answered in the end.
            await desk.work("c0", 0)
            assert (await audit(record)).sums["mailbox"] == 0
        finally:
            await client.aclose()

    asyncio.run(run())
