"""Many ask at the same moment and one look-up answers them; news and failures are not kept."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import StoreDown
from bot.gateway.recent import Recent


class Source:
    """Counts how often it is asked; waits while `gate` is shut."""

    def __init__(self) -> None:
        self.times, self.down, self.gate = 0, False, asyncio.Event()
        self.gate.set()
        self.now = 0.0

    async def ask(self) -> int:
        self.times += 1
        mine = self.times
        await self.gate.wait()
        if self.down:
            raise StoreDown("Redis 没有应答，请稍后再试")
        return mine


async def test_those_who_ask_at_the_same_moment_share_an_answer() -> None:
    source = Source()
    recent = Recent(source.ask, 1.0, lambda: source.now)
    assert await asyncio.gather(*(recent.get() for _ in range(50))) == [1] * 50
    source.now = 0.9
    assert await recent.get() == 1
    source.now = 1.0
    assert await recent.get() == 2


async def test_after_news_it_is_asked_again_also_while_an_older_asking_is_under_way() -> None:
    source = Source()
    recent = Recent(source.ask, 1.0, lambda: source.now)
    source.gate.clear()
    early = asyncio.create_task(recent.get())
    await asyncio.sleep(0)
    recent.clear()
    late = asyncio.create_task(recent.get())
    await asyncio.sleep(0)
    source.gate.set()
    assert (await early, await late) == (1, 2)


async def test_one_who_goes_away_takes_nothing_from_the_others() -> None:
    source = Source()
    recent = Recent(source.ask, 1.0, lambda: source.now)
    source.gate.clear()
    gone, stays = asyncio.create_task(recent.get()), asyncio.create_task(recent.get())
    await asyncio.sleep(0)
    gone.cancel()
    source.gate.set()
    assert await stays == 1


async def test_a_failure_is_told_and_then_asked_again() -> None:
    source = Source()
    recent = Recent(source.ask, 1.0, lambda: source.now)
    source.down = True
    with pytest.raises(StoreDown):
        await recent.get()
    source.down = False
    assert await recent.get() == 2
