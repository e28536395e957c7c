"""Visitors, the bot, agents and the watch at once, in random order, on a real Redis: whatever meets whatever, the record is whole."""

# ruff: noqa: ARG002 (every deed takes a conversation and an agent, whether it needs both or not)
from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace
from random import Random
from uuid import uuid4

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from bot.desk.tickets import HELD, has_spoken
from bot.errors import BotError
from bot.model import BOT, CLOSED, JSON, Ticket, TicketState, agent_owner
from bot.services.give_back import give_back_all
from bot.services.ledger import audit
from bot.stores.record import Record
from bot.stores.redis_changes import RedisChanges
from bot.stores.values import News, TurnStart
from tests.services.test_watch import a_watch
from tests.stores.redis_builders import a_ticket, after, an_agent, answer, write

ROUNDS = 200
CONVERSATIONS = ("c0", "c1", "c2")
AGENTS = ("amy", "bob", "sue")
GROUPS = ("exceptions", "reception")
STEPS = 6
AT_ONCE = 5


@dataclass
class Shop:
    """Everybody who does something, with random choices of one seed."""

    record: Record
    random: Random
    seconds: float = 0
    turns: dict[str, TurnStart] = field(default_factory=dict)
    deeds: dict[str, str | None] = field(default_factory=dict)

    async def something(self) -> None:
        """One deed of somebody; a refusal is part of life, anything else is a fault."""
        self.seconds += self.random.random()
        deed = self.random.choice(DEEDS)
        conversation, agent = self.random.choice(CONVERSATIONS), self.random.choice(AGENTS)
        for _ in range(self.random.randrange(4)):
            await asyncio.sleep(0)
        with suppress(BotError):
            await deed(self, conversation, agent)

    def some_id(self) -> str:
        """One of few ids, so that some come twice."""
        return f"m{self.random.randrange(40)}"

    async def ticket_of(self, conversation: str) -> str:
        known = await self.record.conversation(conversation)
        return (known.ticket_id if known else None) or "none"

    def new_ticket(self, conversation: str) -> Ticket:
        return a_ticket(uuid4().hex, conversation, group=self.random.choice(GROUPS), due_s=self.random.randrange(300), opened_s=self.seconds)

    # --- the visitor and the bot
    async def write(self, c: str, agent: str) -> None:
        await write(self.record, conversation=c, client_id=self.some_id(), seconds=self.seconds)

    async def write_twice(self, c: str, agent: str) -> None:
        id_ = uuid4().hex
        await asyncio.gather(*(write(self.record, conversation=c, client_id=id_, seconds=self.seconds) for _ in range(2)))

    async def think(self, c: str, agent: str) -> None:
        self.turns[c] = await self.record.load_turn(c)

    async def answer(self, c: str, agent: str) -> None:
        turn = await self.record.load_turn(c)
        await self._commit(c, turn)

    async def answer_late(self, c: str, agent: str) -> None:
        if c in self.turns:
            await self._commit(c, self.turns[c])

    async def _commit(self, c: str, turn: TurnStart) -> None:
        ticket = self.new_ticket(c) if self.random.random() < 0.6 else None
        if turn.message is not None:
            await answer(self.record, turn.message.no, c, epoch=turn.conversation.epoch, ticket=ticket, seconds=self.seconds)

    # --- people
    async def claim(self, c: str, agent: str) -> None:
        await self.record.claim(await self.ticket_of(c), agent, now=after(self.seconds))

    async def claim_next(self, c: str, agent: str) -> None:
        group, deed = self.random.choice(GROUPS), f"d{self.random.randrange(6)}"
        got = await asyncio.gather(*(self.record.claim_next(group, agent, now=after(self.seconds), deed=deed) for _ in range(2)))
        for ticket in got:
            if ticket is not None:
                known = self.deeds.setdefault(f"{agent}:{deed}", ticket.id)
                assert known == ticket.id, "one deed, two tickets"

    async def say(self, c: str, agent: str) -> None:
        id_ = self.some_id()
        await asyncio.gather(
            *(self.record.say(c, agent, "您好", now=after(self.seconds), client_id=id_) for _ in range(2)), return_exceptions=True
        )

    async def whisper(self, c: str, agent: str) -> None:
        event: JSON = {"type": "whisper", "by": agent_owner(agent), "text": "注意"}
        await self.record.write(c, event, now=after(self.seconds), client_id=self.some_id())

    async def relabel(self, c: str, agent: str) -> None:
        await self.record.relabel(await self.ticket_of(c), "case.lost", by=agent_owner(agent), now=after(self.seconds))

    async def transfer(self, c: str, agent: str) -> None:
        where: JSON = self.random.choice(({"agent": self.random.choice(AGENTS)}, {"group": self.random.choice(GROUPS)}))
        ticket_id, holder = await self.ticket_of(c), self.random.choice((None, agent))
        await self.record.transfer(ticket_id, by=agent_owner(agent), reason="x", now=after(self.seconds), holder=holder, **where)

    async def give_back(self, c: str, agent: str) -> None:
        await self.record.give_back(await self.ticket_of(c), by=agent_owner(agent), now=after(self.seconds), holder=agent)

    async def plan(self, c: str, agent: str) -> None:
        await self.record.plan(await self.ticket_of(c), by=agent_owner(agent), now=after(self.seconds), holder=agent)

    async def close(self, c: str, agent: str) -> None:
        await self.record.close(await self.ticket_of(c), "好了", by=agent_owner(agent), now=after(self.seconds), holder=agent)

    async def to_bot(self, c: str, agent: str) -> None:
        await self.record.to_bot(await self.ticket_of(c), by=agent_owner(agent), now=after(self.seconds))

    async def take(self, c: str, agent: str) -> None:
        """From the bot, or a closed conversation, straight into an agent's hands."""
        ticket = replace(self.new_ticket(c), state=TicketState.CLAIMED, agent=agent, claimed_at=after(self.seconds))
        await self.record.hand_over(
            c, ticket, lines=[], reason="taken", by=agent_owner(agent), now=after(self.seconds), from_owner=self.random.choice((BOT, CLOSED))
        )

    # --- presence and the watch
    async def arrive(self, c: str, agent: str) -> None:
        status = self.random.choice(("online", "online", "busy", "break"))
        await self.record.set_presence(an_agent(agent, groups=GROUPS, status=status, capacity=2), after(self.seconds))

    async def sign_out(self, c: str, agent: str) -> None:
        await self.record.leave(agent)
        await give_back_all(self.record, agent, "signed_out", after(self.seconds))

    async def watch(self, c: str, agent: str) -> None:
        await a_watch(self.record).people(after(self.seconds))

    async def time_goes_by(self, c: str, agent: str) -> None:
        self.seconds += self.random.choice((10, 61, 125))
        await a_watch(self.record).people(after(self.seconds))

    async def slow_bot(self, c: str, agent: str) -> None:
        self.seconds += 11
        await a_watch(self.record).mail(after(self.seconds))


DEEDS: tuple[Callable[[Shop, str, str], Awaitable[None]], ...] = (
    Shop.write, Shop.write, Shop.write_twice, Shop.think, Shop.answer, Shop.answer, Shop.answer_late, Shop.answer_late,
    Shop.claim, Shop.claim_next, Shop.say, Shop.say, Shop.whisper, Shop.relabel, Shop.transfer, Shop.transfer, Shop.give_back, Shop.plan,
    Shop.close, Shop.to_bot, Shop.take, Shop.arrive, Shop.arrive, Shop.sign_out, Shop.watch, Shop.time_goes_by, Shop.slow_bot,
)  # fmt: skip


@dataclass
class Ear:
    """What somebody hears who listens all the time."""

    latest: dict[str, News] = field(default_factory=dict)
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self, changes: RedisChanges) -> None:
        async with aclosing(changes.listen()) as news:  # type: ignore[type-var]
            async for one in news:
                self.ready.set()
                if one.conversation:
                    self.latest[one.conversation] = one


@pytest.fixture
def record(redis: Redis, key_prefix: str) -> Record:
    return Record(redis, key_prefix)


@pytest_asyncio.fixture
async def ear(redis: Redis, key_prefix: str) -> AsyncIterator[Ear]:
    ear = Ear()
    listening = asyncio.create_task(ear.listen(RedisChanges(redis, key_prefix)))
    await ear.ready.wait()
    yield ear
    listening.cancel()
    await asyncio.wait({listening})


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_whatever_meets_whatever_the_record_is_whole(record: Record, ear: Ear, seed: int) -> None:
    shop = Shop(record, Random(seed))
    for _ in range(STEPS):
        await asyncio.gather(*(shop.something() for _ in range(AT_ONCE)))
    assert (await audit(record)).problems == []
    tickets = await record.tickets(limit=1000)
    await check_hands(record, tickets)
    for conversation in CONVERSATIONS:
        events = await record.events(conversation)
        check_log(events)
        known = await record.conversation(conversation)
        if known is not None:
            assert [event["no"] for event in events] == list(range(1, known.last_no + 1))
            await heard(ear, conversation, known.last_no, known.owner)


def check_log(events: list[JSON]) -> None:
    """Read from its beginning: who speaks is who owns the conversation, epochs count up, each id stands once."""
    owner, epoch = BOT, 0
    for event in events:
        if event["type"] == "owner":
            assert event["epoch"] == epoch + 1
            owner, epoch = event["owner"], event["epoch"]
        elif event["type"] in ("say", "decision"):
            assert event["by"] == owner, f"{event['by']} speaks, but {owner} owns it: {event}"
        elif event["type"] == "message":
            assert event["to"] == owner
    ids = Counter((event["by"], event["type"], event["client_id"]) for event in events if "client_id" in event)
    assert [id_ for id_, n in ids.items() if n > 1] == []
    turns = Counter(event["turn"] for event in events if event["type"] == "decision")
    assert [no for no, n in turns.items() if n > 1] == []


async def check_hands(record: Record, tickets: list[Ticket]) -> None:
    """The indexes say what the tickets say."""
    in_hands = {(ticket.agent, ticket.id) for ticket in tickets if ticket.state in HELD}
    assert {(agent, held.ticket) for agent, some in (await record.held_all()).items() for held in some} == in_hands
    assert await record.holders() == {agent for agent, _ in in_hands}
    silent = {ticket.id for ticket in tickets if ticket.state in HELD and not has_spoken(ticket)}
    assert set(await record.unspoken(after(1e6))) == silent


async def heard(ear: Ear, conversation: str, no: int, owner: str) -> None:
    """The last news is of the conversation as it is: nobody who listens is left behind."""
    for _ in range(500):
        latest = ear.latest.get(conversation)
        if latest and (latest.no, latest.owner) == (no, owner):
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"{conversation} is at {no} of {owner}, but what was heard is {ear.latest.get(conversation)}")
