"""The worker: takes the next message of a conversation that the bot owns, lets Rasa decide, and commits the turn whole or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from time import perf_counter
from typing import Protocol

import structlog

from bot.errors import Stale, StoreDown
from bot.model import BOT, JSON, Decision, Facts, Order, Ticket
from bot.playbooks.envelope import from_envelope
from bot.playbooks.model import Playbooks
from bot.playbooks.rating import is_answer
from bot.services.hand_offs import HandOffs, writing_in
from bot.services.traces import where
from bot.shop.orders import Orders
from bot.stores.record import Record
from bot.stores.redis_workers import Workers
from bot.stores.values import Entry, TurnStart

log = structlog.get_logger(__name__)

AT_ONCE = 8
"""Conversations in hand at the same time: one computes while others wait for a store."""
BEAT_S = 4.0
LOOK_S = 2.0
STOP_S = 10.0
"""How long a stopping worker may finish; what is left then, another claims."""


class TurnResult(Protocol):
    """What the brain makes of a message."""

    @property
    def envelope(self) -> JSON:
        """The decision as JSON."""

    @property
    def slots(self) -> JSON:
        """The tracker's slots after the turn."""

    @property
    def events(self) -> list[str]:
        """The tracker's new events."""


class Brain(Protocol):
    """Rasa in the process (bot.brain.agent.Brain)."""

    @property
    def model_name(self) -> str | None:
        """The model in use."""

    async def turn(self, conversation: str, text: str, facts: Facts, slots: JSON) -> TurnResult:
        """One message through Rasa; `slots` are those that the turn before left."""

    async def take_live(self) -> bool:
        """Load and take the model that is live now."""


@dataclass(frozen=True)
class Limits:
    """How long and how often (settings.py)."""

    max_deliveries: int
    claim_idle_ms: int
    tracker_events: int


class Worker:
    """One worker process; `books` gives the playbooks in force, `look` takes what a trainer changed."""

    def __init__(
        self,
        name: str,
        record: Record,
        workers: Workers,
        orders: Orders,
        brain: Brain,
        hand_offs: HandOffs,
        books: Callable[[], Playbooks],
        limits: Limits,
        clock: Callable[[], datetime],
        look: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = name
        self._look = look
        self._record, self._workers, self._orders, self._brain = record, workers, orders, brain
        self._hand_offs, self._books, self._limits, self._clock = hand_offs, books, limits, clock
        self._room = asyncio.Semaphore(AT_ONCE)
        self._stopping = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._in_hand: set[str] = set()

    def stop(self) -> None:
        """Take no more; `run` returns when the mailboxes in hand are empty, so that nobody has to wait for another to claim them."""
        self._stopping.set()

    async def run(self) -> None:
        """Work until `stop`; a store that is away is waited for."""
        helpers = [asyncio.create_task(self._beat()), asyncio.create_task(self._look_for_news())]
        try:
            while not self._stopping.is_set():
                await self._take_some()
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=STOP_S)
        finally:
            for task in helpers:
                task.cancel()
            with suppress(StoreDown):
                await self._workers.leave(self.name)

    async def _take_some(self) -> None:
        # A handful at a time, also under load: each look into the stream is a write that Redis puts on disk.
        try:
            entries = await self._record.take(self.name, AT_ONCE, 1000, self._limits.claim_idle_ms)
        except StoreDown as error:
            log.warning("store_down", error=str(error))
            await asyncio.sleep(0.5)
            return
        # Claimed from itself: a slow turn is under way on it, and a second one would only count as a failed try.
        fresh = [entry for entry in entries if entry.entry_id not in self._in_hand]
        self._in_hand.update(entry.entry_id for entry in fresh)
        for entry in fresh:
            await self._room.acquire()
            task = asyncio.create_task(self._serve(entry))
            self._tasks.add(task)
            task.add_done_callback(partial(self._served, entry))

    def _served(self, entry: Entry, task: asyncio.Task[None]) -> None:
        self._in_hand.discard(entry.entry_id)
        self._tasks.discard(task)
        self._room.release()

    async def _serve(self, entry: Entry) -> None:
        """Answer this conversation's mail until none is left. The entry stays with the stream when the store goes away."""
        kept_at = perf_counter()
        try:
            while True:
                start = await self._record.load_turn(entry.conversation)
                if start.message is not None and start.conversation.owner == BOT:
                    await self._answer(start)
                if await self._record.done(entry):
                    return
                if perf_counter() - kept_at > self._limits.claim_idle_ms / 3000:
                    await self._record.touch(entry)
                    kept_at = perf_counter()
        except StoreDown as error:
            log.warning("store_down", conversation=entry.conversation, error=str(error))
        except Exception as error:
            # Nothing may end the worker; the entry is claimed again after its idle time and counted there.
            log.error("entry_failed", conversation=entry.conversation, where=where(error))

    async def _answer(self, start: TurnStart) -> None:
        message = start.message
        assert message is not None
        began = perf_counter()
        try:
            if message.deliveries > self._limits.max_deliveries:
                await self._give_up(start, "too many deliveries")
                return
            await self._turn(start, began)
        except Stale:
            log.info("stale", conversation=start.conversation.id, no=message.no)
        except StoreDown:
            raise
        except Exception as error:
            known = {"conversation": start.conversation.id, "no": message.no, "deliveries": message.deliveries}
            log.error("turn_failed", **known, where=where(error))
            if message.deliveries >= self._limits.max_deliveries:
                await self._give_up(start, type(error).__name__)

    async def _turn(self, start: TurnStart, began: float) -> None:
        message, conversation = start.message, start.conversation
        assert message is not None
        facts = await self.facts(start)
        result = await self._brain.turn(conversation.id, message.text, facts, start.slots)
        decision = from_envelope(result.envelope)
        public: JSON = dict(result.envelope["decision"])
        lines: list[JSON] = [{"type": "say", "by": "bot", "text": line.text, "buttons": [list(b) for b in line.buttons]} for line in decision.lines]
        if decision.rated is not None:
            lines.append({"type": "rated", "by": "visitor", **decision.rated, "reasons": [], "words": ""})
        ticket: Ticket | None = None
        writing = str(decision.matter.get("writing", "hans"))
        if decision.hand_off:
            ticket, words = await self._hand_offs.open(decision, conversation, message, facts, writing)
            public["hand_off"] = {"group": ticket.group, "reason": ticket.reason, "ticket_id": ticket.id}
            lines += words
        await self._hand_offs.announcing.say_first(conversation, message.no, facts.announced, decision, writing, facts.now)
        lines += [{**event, "ticket": ticket.id} if ticket else event for event in decision.events]
        await self._record.commit_turn(
            conversation.id,
            epoch=conversation.epoch,
            message_no=message.no,
            lines=lines,
            decision=public,
            tracker_slots=result.slots,
            tracker_events=result.events,
            label=_label(decision),
            ticket=ticket,
            now=self._clock(),
            max_tracker_events=self._limits.tracker_events,
        )
        log.info(
            "turn",
            conversation=conversation.id,
            no=message.no,
            label=decision.label,
            confidence=round(decision.confidence, 2),
            action=decision.action,
            group=decision.group,
            ms=round((perf_counter() - began) * 1000, 1),
        )

    async def facts(self, start: TurnStart) -> Facts:
        """What the decision may know; orders that cannot be looked up now are said to be so."""
        message = start.message
        assert message is not None
        buyer = message.buyer_id or start.conversation.buyer_id
        orders: tuple[Order, ...] = ()
        down = False
        if buyer:
            try:
                orders = await self._orders.recent(buyer)
            except StoreDown:
                down = True
        now = self._clock()
        phase, announced = await self._hand_offs.in_force(start.conversation, orders, now)
        images = len(message.images) or (message.text.strip() == "[图片]")
        return Facts(
            now=now,
            phase=phase,
            buyer_id=buyer,
            orders=orders,
            orders_known=buyer is not None and not down,
            orders_down=down,
            images=int(images),
            announced=announced,
            ended=await self._hand_offs.ended(start.conversation) if is_answer(message.text) else None,
        )

    async def _give_up(self, start: TurnStart, error: str) -> None:
        """The message failed too often: dead letter, an honest line, people."""
        message = start.message
        assert message is not None
        now = self._clock()
        await self._record.dead_letter(start.conversation.id, message.no, error, now=now)
        writing = writing_in(start.slots)
        first = self._books().lines["failed"]["zh"]
        with suppress(Stale):
            await self._hand_offs.take_over(
                start.conversation, message, reason="failed", first=first, writing=writing, by="worker", now=now
            )

    async def _beat(self) -> None:
        while True:
            try:
                await self._workers.beat(self.name, self._clock())
            except StoreDown:
                log.warning("store_down", worker=self.name)
            await asyncio.sleep(BEAT_S)

    async def _look_for_news(self) -> None:
        """Changed playbooks, and another live model: loaded beside the one in use and taken between turns."""
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                # Reading YAML takes a second: not in the loop that answers.
                await asyncio.to_thread(self._look)
                if await self._brain.take_live():
                    log.info("model_taken", model=self._brain.model_name)
            except Exception as error:
                log.error("look_failed", where=where(error))


def _label(decision: Decision) -> str | None:
    """The conversation's label: that of the matter at hand; None (no change) for a 好的 or 谢谢 in between."""
    if decision.hand_off:
        return str(decision.ticket["label"])
    opened = decision.matter.get("open") or {}
    label = str(opened.get("label") or decision.matter.get("script") or decision.label)
    return None if label.startswith("chat.") else label
