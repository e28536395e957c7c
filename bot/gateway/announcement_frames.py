"""Announcements on the pages: all that are on, to a page when it comes and to everybody when they change, also by time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Protocol

import structlog

from bot.errors import StoreDown
from bot.gateway.frames import encode
from bot.model import JSON
from bot.services.announcing import Announcing, On
from bot.services.desk_announcements import SIGNAL
from bot.services.traces import where

STEP_S = 2.0
AT_ONCE = 200
"""Pages that are told in one go; between two goes others have their turn."""

log = structlog.get_logger("gateway")


class Page(Protocol):
    """A customer's socket."""

    def send(self, frame: bytes | JSON) -> None:
        """Takes a frame at once, or closes itself."""


class AnnouncementFrames:
    """`hear` is its ear for signals, `run` its loop: what is on ends by itself, and its words change when its time passes."""

    def __init__(self, announcing: Announcing, clock: Callable[[], datetime]) -> None:
        self._announcing, self._clock = announcing, clock
        self._pages: set[Page] = set()
        self._ears: list[Callable[[Sequence[On]], None]] = []
        self._sent: list[JSON] | None = None
        self._changed = asyncio.Event()

    def also(self, ear: Callable[[Sequence[On]], None]) -> None:
        """Tells this ear of every change, too."""
        self._ears.append(ear)

    async def enter(self, page: Page) -> None:
        """A page came: it hears what is on, also that nothing is, as it may show what was. StoreDown."""
        self._pages.add(page)
        page.send(_frame(await self._announcing.on(self._clock())))

    def leave(self, page: Page) -> None:
        """The page is gone."""
        self._pages.discard(page)

    def hear(self, signal: JSON) -> None:
        """Somebody switched something."""
        if signal.get("k") == SIGNAL:
            self._changed.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._changed.wait(), STEP_S)
            self._changed.clear()
            try:
                await self.look()
            except StoreDown:
                log.info("announcements_wait")
            except Exception as error:
                log.error("announcements_failed", where=where(error))

    async def look(self) -> None:
        """Tells every page when something is other than it was told. StoreDown."""
        on = await self._announcing.on(self._clock())
        now = [one.to_desk() for one in on]
        if now == self._sent or (self._sent is None and not now):
            return
        self._sent = now
        for ear in self._ears:
            ear(on)
        encoded, pages = encode(_frame(on)), tuple(self._pages)
        for start in range(0, len(pages), AT_ONCE):
            for page in pages[start : start + AT_ONCE]:
                page.send(encoded)
            await asyncio.sleep(0)


def _frame(on: Sequence[On]) -> JSON:
    return {"type": "announcement", "on": [one.to_json() for one in on]}
