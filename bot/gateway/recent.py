"""What many pages want to know at the same moment, asked once: a gateway that comes back is asked by every page at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """The answer of `ask`, the same for all who want it within `seconds` from its asking; a failure is everybody's who waited for it,
    and nobody's after."""

    def __init__(self, ask: Callable[[], Awaitable[T]], seconds: float, clock: Callable[[], float] = monotonic) -> None:
        self._ask, self._seconds, self._clock = ask, seconds, clock
        self._asked: asyncio.Future[T] | None = None
        self._until = 0.0

    async def get(self) -> T:
        """The answer, at most `seconds` old. What `ask` raises."""
        if self._asked is None or self._clock() >= self._until or (self._asked.done() and self._asked.exception() is not None):
            self._asked = asyncio.ensure_future(self._ask())
            self._until = self._clock() + self._seconds
        # Shielded: one page that goes away must not take the answer from the others.
        return await asyncio.shield(self._asked)

    def clear(self) -> None:
        """It may be another now: the next one asks again."""
        self._asked = None
