"""Orders remembered for a while: one look-up for all who ask at once, failures never remembered."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic
from typing import Protocol

from bot.model import Order


class _Inner(Protocol):
    async def recent(self, buyer_id: str) -> tuple[Order, ...]: ...


class CachedOrders:
    """`inner` with a memory of `seconds` and at most `max_entries` buyers; `clear` forgets everything."""

    def __init__(self, inner: _Inner, seconds: float, max_entries: int = 20_000, clock: Callable[[], float] = monotonic) -> None:
        self._inner = inner
        self._seconds = seconds
        self._max = max_entries
        self._clock = clock
        self._known: OrderedDict[str, tuple[float, tuple[Order, ...]]] = OrderedDict()
        self._asking: dict[str, asyncio.Task[tuple[Order, ...]]] = {}
        self._generation = 0

    async def recent(self, buyer_id: str) -> tuple[Order, ...]:
        """The buyer's orders, at most `seconds` old. StoreDown from the inner orders."""
        known = self._known.get(buyer_id)
        if known is not None and self._clock() < known[0]:
            return known[1]
        task = self._asking.get(buyer_id)
        if task is None:
            task = asyncio.ensure_future(self._ask(buyer_id, self._generation))
            self._asking[buyer_id] = task
            task.add_done_callback(lambda done: self._asked(buyer_id, done))
        # Shielded: one caller going away must not take the answer from the others.
        return await asyncio.shield(task)

    def clear(self) -> None:
        """Forgets all; look-ups under way end for those who wait, but are not remembered."""
        self._generation += 1
        self._known.clear()
        self._asking.clear()

    async def _ask(self, buyer_id: str, generation: int) -> tuple[Order, ...]:
        orders = await self._inner.recent(buyer_id)
        # A change that came while we asked may not be in the answer.
        if generation == self._generation:
            self._known[buyer_id] = (self._clock() + self._seconds, orders)
            self._known.move_to_end(buyer_id)
            self._forget_old()
        return orders

    def _forget_old(self) -> None:
        """Drops what is too old to be told, the oldest first, and what is too much: orders are large, and most buyers write once."""
        now = self._clock()
        while self._known and (len(self._known) > self._max or next(iter(self._known.values()))[0] <= now):
            self._known.popitem(last=False)

    def _asked(self, buyer_id: str, task: asyncio.Task[tuple[Order, ...]]) -> None:
        if self._asking.get(buyer_id) is task:
            del self._asking[buyer_id]
        if not task.cancelled():
            task.exception()  # Read here too: every caller may have gone.
