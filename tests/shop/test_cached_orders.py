from __future__ import annotations

import asyncio
import gc
import weakref

import pytest

from bot.errors import StoreDown
from bot.model import Order
from bot.shop.cached_orders import CachedOrders


class Counted:
    """Orders that count their look-ups, wait when told, fail when told."""

    def __init__(self) -> None:
        self.asked = 0
        self.down = False
        self.gate = asyncio.Event()
        self.gate.set()

    async def recent(self, buyer_id: str) -> tuple[Order, ...]:
        self.asked += 1
        answer = Order(f"{self.asked:018d}", buyer_id, "paid", 1)
        await self.gate.wait()
        if self.down:
            raise StoreDown("down")
        return (answer,)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_a_second_question_within_the_time_is_not_asked_again() -> None:
    inner, clock = Counted(), Clock()
    orders = CachedOrders(inner, 60, clock=clock)
    first = await orders.recent("b1")
    clock.now = 59.9
    assert (await orders.recent("b1"), inner.asked) == (first, 1)
    clock.now = 60.0
    await orders.recent("b1")
    assert inner.asked == 2


async def test_callers_at_the_same_time_share_one_look_up() -> None:
    inner = Counted()
    inner.gate.clear()
    orders = CachedOrders(inner, 60)
    callers = [asyncio.ensure_future(orders.recent("b1")) for _ in range(5)]
    await asyncio.sleep(0)
    callers[0].cancel()  # The one that started it goes away; the others still get their answer.
    await asyncio.sleep(0)
    inner.gate.set()
    answers = await asyncio.gather(*callers[1:])
    assert (inner.asked, [len(answer) for answer in answers]) == (1, [1] * 4)


async def test_a_buyer_who_has_to_wait_holds_nobody_else_up() -> None:
    inner = Counted()
    orders = CachedOrders(inner, 60)
    known = await orders.recent("b1")
    inner.gate.clear()
    waiting, also_asking = asyncio.ensure_future(orders.recent("b2")), asyncio.ensure_future(orders.recent("b3"))
    for _ in range(3):
        await asyncio.sleep(0)
    assert (inner.asked, waiting.done(), also_asking.done()) == (3, False, False)
    assert await orders.recent("b1") == known
    inner.gate.set()
    await asyncio.gather(waiting, also_asking)


async def test_failures_are_not_remembered() -> None:
    inner = Counted()
    orders = CachedOrders(inner, 60)
    inner.down = True
    for _ in range(2):
        with pytest.raises(StoreDown):
            await orders.recent("b1")
    inner.down = False
    assert len(await orders.recent("b1")) == 1
    assert inner.asked == 3


async def test_a_look_up_from_before_a_change_is_not_remembered_after_it() -> None:
    inner = Counted()
    inner.gate.clear()
    orders = CachedOrders(inner, 60)
    before = asyncio.ensure_future(orders.recent("b1"))
    await asyncio.sleep(0)
    orders.clear()
    after = asyncio.ensure_future(orders.recent("b1"))
    await asyncio.sleep(0)
    inner.gate.set()
    await asyncio.gather(before, after)
    assert (await orders.recent("b1"))[0].order_no == f"{2:018d}"


async def test_the_oldest_buyers_make_room() -> None:
    inner = Counted()
    orders = CachedOrders(inner, 60, max_entries=2)
    for buyer in ("b1", "b2", "b3", "b3", "b2", "b1"):
        await orders.recent(buyer)
    assert inner.asked == 4


async def test_what_is_too_old_to_be_told_takes_no_memory() -> None:
    clock = Clock()
    orders = CachedOrders(Counted(), 60, clock=clock)
    of_b1 = weakref.ref((await orders.recent("b1"))[0])
    clock.now = 59.0
    await orders.recent("b2")
    gc.collect()
    assert of_b1() is not None
    clock.now = 60.0
    await orders.recent("b3")
    gc.collect()
    assert of_b1() is None
