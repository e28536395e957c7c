"""News of what is written, for all in this process who want to hear: one subscription, and everybody told when some may have been missed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Protocol

from bot.errors import StoreDown

RECONNECT_S = 0.5


class News(Protocol):
    """Something was written (bot.stores.values.News)."""

    @property
    def conversation(self) -> str | None:
        """Where; None when the line was (re)connected: anything may have happened before."""

    @property
    def no(self) -> int:
        """The last number of its log."""

    @property
    def owner(self) -> str:
        """Who owns it now."""

    @property
    def ticket(self) -> str | None:
        """The ticket that changed, if one did."""

    @property
    def turns(self) -> frozenset[int]:
        """The messages that were answered or passed to people."""


Ear = Callable[[News], None]


class Changes(Protocol):
    """Where news come from (bot.stores.redis_changes)."""

    def listen(self) -> AsyncIterator[News]:
        """Everything that is written from now on; StoreDown when the line breaks."""
        ...


class NewsLine:
    """`listen()` runs once in a process; whoever wants to hear leaves an ear, which must not block."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._ears: list[Ear] = []

    def tell(self, ear: Ear) -> None:
        """Every piece of news goes to this ear, too."""
        self._ears.append(ear)

    async def listen(self) -> None:
        """Until cancelled; comes back by itself after the store was away."""
        while True:
            with suppress(StoreDown):
                async for news in self._changes.listen():
                    for ear in self._ears:
                        ear(news)
            await asyncio.sleep(RECONNECT_S)
