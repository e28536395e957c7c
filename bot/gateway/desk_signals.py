"""Signals for the desk's pages: who types, who looks, who must go, the phase, clocks that ran out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from bot.errors import StoreDown
from bot.gateway.desk_floor import Floor
from bot.gateway.desk_pulse import GONE, Pulse
from bot.gateway.desk_views import DeskView
from bot.gateway.hub import Hub
from bot.gateway.socket import Close
from bot.model import JSON
from bot.services.names import Names
from bot.services.traces import where
from bot.stores.redis_lookers import RedisLookers

TYPING_S = 6.0
"""A colleague who said that he types is forgotten after this, without another sign."""
ALERTS = (
    "warned", "breached", "silent", "promise_due", "promise_missed", "proof_due", "offer_asked", "offer_decided", "follow_up", "scene",
)  # fmt: skip

log = structlog.get_logger("gateway")


class Signals:
    """`hear` is the ear; what wants the store goes on beside it."""

    def __init__(self, floor: Floor, pulse: Pulse, hub: Hub, lookers: RedisLookers, names: Names, clock: Callable[[], datetime]) -> None:
        self._floor, self._pulse, self._hub = floor, pulse, hub
        self._lookers, self._names, self._clock = lookers, names, clock
        self._typing: dict[tuple[str, str], float] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def hear(self, signal: JSON) -> None:
        """One signal; of other kinds nothing is known here."""
        kind = signal.get("k")
        if kind == "typing":
            self._hear_typing(signal)
        elif kind == "look":
            self._beside(self.tell_lookers(str(signal["conversation"])))
        elif kind == "presence":
            self._pulse.look()
        elif kind == "phase":
            self._floor.tell({"type": "phase", "phase": str(signal["phase"]), "by": str(signal["by"])})
            self._pulse.look()
        elif kind == "sign_out":
            self._hear_sign_out(signal)
        elif kind == "alert" and signal.get("what") in ALERTS:
            self._beside(self._floor.alert(str(signal["ticket"]), str(signal["what"]), owner=signal.get("owner") or None))

    async def tell_lookers(self, conversation: str) -> None:
        """Everybody who has the conversation open, to everybody who has. StoreDown."""
        if not any(conversation in seat.watched for seat in self._floor.seats):
            return
        ids = await self._lookers.lookers(conversation, self._clock())
        names, now = await self._names.of(ids), asyncio.get_running_loop().time()
        agents = [{"id": agent, "name": names[agent], "typing": self._typing.get((conversation, agent), 0.0) > now} for agent in ids]
        self._hub.tell(conversation, {"type": "lookers", "conversation": conversation, "agents": agents}, view=DeskView)

    async def stop(self) -> None:
        """Ends what goes on beside."""
        for task in tuple(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _hear_typing(self, signal: JSON) -> None:
        conversation, on = str(signal["conversation"]), bool(signal["on"])
        frame: JSON = {"type": "typing", "conversation": conversation, "who": "agent", "on": on}
        if signal["who"] == "visitor":
            frame["who"] = "visitor"
        else:
            agent, now = str(signal["id"]), asyncio.get_running_loop().time()
            frame |= {"id": agent, "name": signal.get("name") or agent}
            self._typing = {key: until for key, until in self._typing.items() if until > now}
            if on:
                self._typing[conversation, agent] = now + TYPING_S
            else:
                self._typing.pop((conversation, agent), None)
        self._hub.tell(conversation, frame, view=DeskView)

    def _hear_sign_out(self, signal: JSON) -> None:
        session = signal.get("session")
        for seat in self._floor.of(str(signal["agent"])):
            if signal.get("code") == "again":
                seat.socket.close_soon(Close.GOING_AWAY, "sign-in changed")
            elif session is None or seat.signed.digest == session:
                close = Close.FORBIDDEN if signal.get("code") == "disabled" else Close.NO_SESSION
                seat.leave(close, str(signal.get("code") or "not_allowed"), str(signal.get("error") or GONE))

    def _beside(self, work: Awaitable[None]) -> None:
        task = asyncio.create_task(self._quietly(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _quietly(self, work: Awaitable[None]) -> None:
        try:
            await work
        except StoreDown:
            log.info("signal_lost")
        except Exception as error:
            log.error("signal_failed", error=type(error).__name__, where=where(error))
