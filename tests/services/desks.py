"""A worker in this process for the tests of work.py and hand_offs.py: the real record, rules and playbooks; the clock stands still."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

from bot.model import JSON, Facts, Order
from bot.services.desk_rules import load_desk_rules
from bot.services.hand_offs import HandOffs
from bot.services.work import Brain, Limits, TurnResult, Worker
from bot.shop.orders import Orders
from bot.stores.keys import WORKERS
from bot.stores.record import Record
from bot.stores.redis_workers import Workers
from tests.brain.brains import playbooks
from tests.stores.redis_builders import NOON

RULES = load_desk_rules()


class NoOrders:
    """A shop in which nobody bought anything."""

    async def recent(self, buyer_id: str) -> tuple[Order, ...]:  # noqa: ARG002
        return ()


class HeldBrain:
    """The real brain, whose turns do not end before `go_on` is set."""

    def __init__(self, brain: Brain) -> None:
        self._brain = brain
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()
        self.turns = 0

    @property
    def model_name(self) -> str | None:
        return self._brain.model_name

    async def turn(self, conversation: str, text: str, facts: Facts, slots: JSON) -> TurnResult:
        self.turns += 1
        result = await self._brain.turn(conversation, text, facts, slots)
        self.begun.set()
        await self.go_on.wait()
        return result

    async def take_live(self) -> bool:
        return False

    async def under_way(self) -> None:
        """Waits until a turn has begun."""
        await asyncio.wait_for(self.begun.wait(), 20)


def a_worker(record: Record, brain: Brain, orders: Orders | None = None, *, claim_idle_ms: int = 200) -> Worker:
    """A worker named w1 with the shipped rules."""
    return Worker(
        "w1",
        record,
        Workers(record.redis, record.keys.prefix),
        orders or NoOrders(),
        brain,
        HandOffs(record, lambda: RULES),
        playbooks,
        Limits(max_deliveries=3, claim_idle_ms=claim_idle_ms, tracker_events=60),
        lambda: NOON,
    )


@asynccontextmanager
async def at_work(worker: Worker) -> AsyncIterator[asyncio.Task[None]]:
    """The worker at work, ended with the block."""
    task = asyncio.create_task(worker.run())
    try:
        yield task
    finally:
        # It blocks on Redis for up to a second when it is asked to stop; nothing is in its hands here.
        while not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=0.2)


async def until(holds: Callable[[], Awaitable[object]], seconds: float = 20.0) -> None:
    """Waits for `holds`; fails when it never does."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not await holds():
        assert asyncio.get_running_loop().time() < deadline, "it never happened"
        await asyncio.sleep(0.01)


async def write(record: Record, text: str, conversation: str = "c1", **more: object) -> int:
    """A customer's message; its number."""
    return (await record.accept(conversation, text, uuid4().hex, now=NOON, **more)).no  # type: ignore[arg-type]


async def settle(record: Record) -> None:
    """Waits until no conversation waits for the bot and nothing is in a worker's hands."""

    async def settled() -> bool:
        return not (await record.backlog()).conversations and not await pending(record)

    await until(settled)


async def pending(record: Record) -> int:
    """Entries of `ready` that are in workers' hands."""
    if not await record.redis.exists(record.keys.ready()):
        return 0
    return int((await record.redis.xpending(record.keys.ready(), WORKERS))["pending"])


async def said(record: Record, conversation: str = "c1", turn: int | None = None) -> list[str]:
    """What the customer read, on one turn or in all."""
    events = await record.events(conversation)
    return [e["text"] for e in events if e["type"] in ("say", "notice") and turn in (None, e.get("turn"))]


async def decided(record: Record, conversation: str = "c1") -> list[int]:
    """The messages that have a decision, in the log's order."""
    return [e["turn"] for e in await record.events(conversation) if e["type"] == "decision"]
