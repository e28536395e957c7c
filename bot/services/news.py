"""One subscription of a process, heard by all in it who want to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

from bot.errors import StoreDown

RECONNECT_S = 0.5

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Source(Protocol[T_co]):
    """Where it comes from: RedisChanges for what is written, RedisSignals for who types and the like."""

    def listen(self) -> AsyncIterator[T_co]:
        """Everything from now on; StoreDown when the line breaks."""
        ...


class Line(Generic[T]):
    """`listen()` runs once in a process; whoever wants to hear leaves an ear, which must not block."""

    def __init__(self, source: Source[T]) -> None:
        self._source = source
        self._ears: list[Callable[[T], None]] = []

    def tell(self, ear: Callable[[T], None]) -> None:
        """Everything goes to this ear, too."""
        self._ears.append(ear)

    async def listen(self) -> None:
        """Until cancelled; comes back by itself after the store was away."""
        while True:
            with suppress(StoreDown):
                async for heard in self._source.listen():
                    for ear in self._ears:
                        ear(heard)
            await asyncio.sleep(RECONNECT_S)
