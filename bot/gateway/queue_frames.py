"""The `queue` frame: sent to a page when it comes, and again whenever it says something else. One loop for all pages of the process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import structlog

from bot.errors import StoreDown
from bot.gateway.hub import Hub
from bot.gateway.socket import Socket
from bot.gateway.visitor_views import VisitorView
from bot.model import JSON
from bot.services.standing import Owned, Standings
from bot.services.traces import where
from bot.stores.values import News

STEP_S = 2.0
ALL_EVERY = 5
"""Steps after which those who do not wait are looked at, too: somebody may have come on duty."""

log = structlog.get_logger("gateway")


class _Here:
    """A conversation that pages look at: who owns it as far as is known (None: to be asked), and what was sent."""

    def __init__(self) -> None:
        self.pages = 0
        self.owned: Owned | None = None
        self.sent: JSON | None = None


class QueueFrames:
    """`hear` is its ear for news, `run` its loop."""

    def __init__(self, hub: Hub, standings: Standings, clock: Callable[[], datetime]) -> None:
        self._hub, self._standings, self._clock = hub, standings, clock
        self._here: dict[str, _Here] = {}
        self._changed = asyncio.Event()

    async def enter(self, conversation: str, socket: Socket) -> None:
        """A page came: it gets its frame, and the later ones until it leaves. StoreDown."""
        here = self._here.setdefault(conversation, _Here())
        here.pages += 1
        try:
            here.owned = here.owned or await self._standings.owned(conversation)
            frame = (await self._standings.frames({conversation: here.owned}, self._clock()))[conversation]
        except StoreDown:
            self.leave(conversation)
            raise
        socket.send(frame)
        if here.sent is None:
            here.sent = frame

    def leave(self, conversation: str) -> None:
        """A page that entered is gone."""
        here = self._here.get(conversation)
        if here is not None:
            here.pages -= 1
            if here.pages <= 0:
                del self._here[conversation]

    def hear(self, news: News) -> None:
        """Looks again where another owner is told, and everywhere when news may have been missed."""
        if news.conversation is None:
            for each in self._here.values():
                each.owned = None
            self._changed.set()
            return
        here = self._here.get(news.conversation)
        if here is not None and (here.owned is None or here.owned.owner != news.owner):
            here.owned = None
            self._changed.set()

    async def run(self) -> None:
        """Until cancelled."""
        step = 0
        while True:
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._changed.wait(), STEP_S)
            step = 0 if self._changed.is_set() else step + 1
            self._changed.clear()
            try:
                await self.look(everybody=step % ALL_EVERY == ALL_EVERY - 1)
            except StoreDown:
                await asyncio.sleep(STEP_S)
                self._changed.set()
            except Exception as error:
                log.error("queue_frames_failed", where=where(error))

    async def look(self, *, everybody: bool) -> None:
        """Sends what changed for those whose owner is to be asked and those who wait, or for `everybody`. StoreDown."""
        looked_at: dict[str, Owned] = {}
        for conversation, here in tuple(self._here.items()):
            if here.owned is None:
                here.owned = looked_at[conversation] = await self._standings.owned(conversation)
            elif everybody or here.owned.waits:
                looked_at[conversation] = here.owned
        if not looked_at:
            return
        for conversation, frame in (await self._standings.frames(looked_at, self._clock())).items():
            there = self._here.get(conversation)
            if there is not None and frame != there.sent:
                there.sent = frame
                self._hub.tell(conversation, frame, view=VisitorView)
