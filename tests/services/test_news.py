"""One subscription for all in a process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from bot.errors import StoreDown
from bot.services.news import Line


class Broken:
    """A source whose line breaks after the first piece, until it was asked for the third time."""

    def __init__(self) -> None:
        self.asked = 0

    async def listen(self) -> AsyncIterator[int]:
        self.asked += 1
        yield self.asked
        if self.asked < 3:
            raise StoreDown("away")
        await asyncio.Event().wait()


async def test_all_hear_everything_also_after_the_line_broke() -> None:
    source, one, two = Broken(), list[int](), list[int]()
    line = Line(source)
    line.tell(one.append)
    line.tell(two.append)
    task = asyncio.create_task(line.listen())
    while len(two) < 3:
        await asyncio.sleep(0.01)
    task.cancel()
    assert (one, two) == ([1, 2, 3], [1, 2, 3])
