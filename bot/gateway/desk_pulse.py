"""What the desk's pages hear without a ticket of theirs changing: queues, who is there, signals; and the beat that says who is there.

Queues and people change often and are looked at by everybody, so they are read once for all, not more often than a page can show them;
the last state always gets out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from time import monotonic

import structlog

from bot.errors import StoreDown
from bot.gateway.desk_floor import Floor, Seat
from bot.gateway.socket import Close
from bot.model import JSON
from bot.services.desk import Desk
from bot.services.sign_in import SignIns
from bot.services.traces import where
from bot.stores.redis_lookers import RedisLookers

QUEUES_EVERY_S = 0.2
AGENTS_EVERY_S = 1.0
LOOK_AGAIN_S = 5.0
"""Somebody falls silent, a clock passes: nothing tells of it."""
BEAT_S = 10.0
CHECK_S = 30.0
GONE = "您的登录已结束，请重新登录"

log = structlog.get_logger("gateway")


class Pulse:
    """The floor's loops; `start` gives them."""

    def __init__(self, floor: Floor, desk: Desk, sign_ins: SignIns, lookers: RedisLookers, clock: Callable[[], datetime]) -> None:
        self._floor, self._desk, self._sign_ins, self._lookers, self._clock = floor, desk, sign_ins, lookers, clock
        self._queues, self._agents = asyncio.Event(), asyncio.Event()
        self._sent_queues: dict[tuple[str, ...], list[JSON]] = {}
        self._sent_agents: list[JSON] = []
        floor.moved.append(self.look)

    def look(self) -> None:
        """Something about queues or people changed."""
        self._floor.forget()
        self._queues.set()
        self._agents.set()

    def loops(self) -> list[Callable[[], Awaitable[None]]]:
        """What runs beside the handlers until cancelled."""
        return [
            lambda: self._throttled(self._queues, QUEUES_EVERY_S, self.send_queues),
            lambda: self._throttled(self._agents, AGENTS_EVERY_S, self.send_agents),
            lambda: self._every(BEAT_S, self.beat),
            lambda: self._every(CHECK_S, self.check),
        ]

    async def send_queues(self) -> None:
        """To every page the queues it shows, when they are others than it was told. StoreDown."""
        groups = sorted({group for seat in self._floor.seats for group in seat.groups})
        if not groups:
            return
        found = {str(queue["group"]): queue for queue in await self._desk.queues(groups, self._clock())}
        for shown in {seat.groups for seat in self._floor.seats}:
            queues = [found[group] for group in shown if group in found]
            if queues != self._sent_queues.get(shown):
                self._sent_queues[shown] = queues
                self._floor.tell({"type": "queues", "queues": queues}, [seat for seat in self._floor.seats if seat.groups == shown])

    async def send_agents(self) -> None:
        """To everybody who sees the team: who is there, when it is other than they were told. StoreDown."""
        seats = [seat for seat in self._floor.seats if self._desk.sees_team(seat.person)]
        agents = await self._desk.agents(self._clock()) if seats else []
        if seats and agents != self._sent_agents:
            self._sent_agents = agents
            self._floor.tell({"type": "agents", "agents": agents}, seats)

    async def beat(self) -> None:
        """A sign of life for everybody who has a page open here, and for what the pages show. StoreDown."""
        now = self._clock()
        for person in {seat.person for seat in self._floor.seats if seat.person.works}:
            if await self._desk.record.agent(person.id) is None:
                await self._desk.arrive(person, now)
            else:
                await self._desk.record.beat_agent(person.id, now)
        for seat in tuple(self._floor.seats):
            for conversation in tuple(seat.watched):
                await self._lookers.look(conversation, seat.person.id, now)

    async def check(self) -> None:
        """Pages whose sign-in ended since are closed. StoreDown."""
        for seat in tuple(self._floor.seats):
            await self.check_one(seat)

    async def check_one(self, seat: Seat) -> None:
        """Closes the page when nobody is signed in by its cookie any more. StoreDown."""
        if await self._sign_ins.who(seat.signed.token, self._clock(), use=False) is None:
            seat.leave(Close.NO_SESSION, "not_allowed", GONE)

    async def _throttled(self, changed: asyncio.Event, every_s: float, send: Callable[[], Awaitable[None]]) -> None:
        while True:
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(changed.wait(), LOOK_AGAIN_S)
            # Cleared before it is read: what changes meanwhile is read again.
            changed.clear()
            start = monotonic()
            if not await self._tried(send):
                changed.set()
            await asyncio.sleep(max(0.0, every_s - (monotonic() - start)))

    async def _every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            await self._tried(work)

    async def _tried(self, work: Callable[[], Awaitable[None]]) -> bool:
        try:
            await work()
        except StoreDown:
            return False
        except Exception as error:
            log.error("pulse_failed", error=type(error).__name__, where=where(error))
        return True
