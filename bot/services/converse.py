"""A visitor's message into the record, and what the customer should read on its turn back out.

The bot answers in another process. One subscription per gateway wakes those who wait; a slow look at the log stands in when it is silent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from bot.errors import StoreDown
from bot.model import BOT, JSON
from bot.services.brought import attach_brought
from bot.stores.record import Record
from bot.stores.values import News

POLL_S = 0.5
GRACE_S = 1.0
"""Once the desk said that someone is looking, watch hands over just when the wait ends: its lines are worth this long more."""


@dataclass(frozen=True)
class Turn:
    """What came of one message: its number, its lines and decision in order; `done` False when time ran out first."""

    no: int
    events: tuple[JSON, ...]
    duplicate: bool = False
    done: bool = True


def turn_of(no: int, events: Sequence[JSON]) -> tuple[JSON, ...] | None:
    """Lines and decision of message `no` among `events` (a log from `no` on); None while it is not answered.

    () when a person owned the conversation. A message that was passed to people unanswered gets that hand-over's notices.
    """
    own = [e for e in events if e.get("turn") == no and e["type"] in ("say", "notice", "decision")]
    if events and events[0]["no"] > no:
        return tuple(own)  # A message sent again after the archive trimmed its turn.
    for place, event in enumerate(events):
        if event["type"] == "message" and event["no"] == no and event.get("to", BOT) != BOT:
            return ()
        if event["type"] == "decision" and event.get("turn") == no:
            return tuple(own)
        if event["type"] == "owner" and no in (event.get("passed") or ()):
            shared = _notices_beside(place, events)
            return tuple(e for e in events if e in own or e in shared)
    return None


def _notices_beside(place: int, events: Sequence[JSON]) -> list[JSON]:
    """The notices written together with the owner event at `place`: one script writes them in one unbroken run."""
    when = events[place].get("at")
    return [e for e in events if e["type"] == "notice" and e.get("at") == when]


class Converse:
    """Accepts messages and waits for their turns; `hear` is its ear for news (bot.services.news)."""

    def __init__(self, record: Record, *, wait_s: float) -> None:
        self._record = record
        self._wait_s = wait_s
        self._waiting: dict[str, set[_Waiter]] = {}

    def hear(self, news: News) -> None:
        """Wakes those whom the news is about; everybody when some may have been missed."""
        if news.conversation is None:
            for waiter in [waiter for waiters in self._waiting.values() for waiter in waiters]:
                waiter.woken.set()
        else:
            for waiter in self._waiting.get(news.conversation, ()):
                waiter.hear(news.turns)

    async def accept(
        self, conversation: str, text: str, client_id: str, *, now: datetime, buyer_id: str | None = None, images: Sequence[str] = ()
    ) -> Turn:
        """The message on disk and its turn, waited for at most `wait_s`; StoreDown: nothing was accepted."""
        # Waiting begins before the message is written: the turn may be over before accept() returns.
        with self._waiter(conversation) as waiter:
            accepted = await self._record.accept(conversation, text, client_id, now=now, buyer_id=buyer_id, images=images)
            waiter.no = accepted.no
            await attach_brought(self._record, conversation, accepted, images, now)
            if accepted.duplicate:
                waiter.woken.set()  # Its turn may be long over.
            if accepted.owner != BOT and not accepted.duplicate:
                return Turn(accepted.no, ())
            events, done = await self._turn(conversation, accepted.no, waiter)
        return Turn(accepted.no, events, accepted.duplicate, done)

    async def _turn(self, conversation: str, no: int, waiter: _Waiter) -> tuple[tuple[JSON, ...], bool]:
        """(the turn, True), or (what the desk said meanwhile, False) when time ran out."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._wait_s
        events: list[JSON] = []
        while True:
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(waiter.woken.wait(), max(0.05, min(POLL_S, deadline - loop.time())))
            waiter.woken.clear()
            # It was accepted: an error now would make the shop send it again under a new id.
            with suppress(StoreDown):
                events += await self._record.events(conversation, after=events[-1]["no"] if events else no - 1)
            found = turn_of(no, events)
            if found is not None:
                return found, True
            told = tuple(e for e in events if e["type"] == "notice" and e.get("turn") == no)
            if loop.time() >= deadline + (GRACE_S if told else 0.0):
                return told, False

    @contextmanager
    def _waiter(self, conversation: str) -> Iterator[_Waiter]:
        waiter = _Waiter()
        self._waiting.setdefault(conversation, set()).add(waiter)
        try:
            yield waiter
        finally:
            self._waiting[conversation].discard(waiter)
            if not self._waiting[conversation]:
                del self._waiting[conversation]


class _Waiter:
    """Somebody who waits for a turn; `no` is None until the message has its number."""

    def __init__(self) -> None:
        self.no: int | None = None
        self.woken = asyncio.Event()

    def hear(self, turns: frozenset[int]) -> None:
        """Wakes for its own turn; before it has a number, for any."""
        if self.no is None or self.no in turns:
            self.woken.set()
