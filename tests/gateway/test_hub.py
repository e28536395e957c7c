"""Rooms: whoever joins when, nobody sees a gap, a double or another order; what was missed while the line was down comes."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Sequence

import pytest
import pytest_asyncio
from gates import now
from redis.asyncio import Redis

from bot.errors import StoreDown
from bot.gateway.ending import end
from bot.gateway.hub import Hub
from bot.model import JSON
from bot.services.news import Line
from bot.stores.record import Record
from bot.stores.redis_changes import RedisChanges
from bot.stores.values import MISSED, News


class Numbers:
    """A view that shows every event as its number."""

    def __init__(self) -> None:
        self.asked = 0

    async def frames(self, conversation: str, events: Sequence[JSON]) -> list[JSON]:  # noqa: ARG002
        self.asked += 1
        await asyncio.sleep(0)
        return [{"no": event["no"]} for event in events]


class Heard:
    """A reader that keeps what it got."""

    def __init__(self) -> None:
        self.numbers: list[int] = []

    def send(self, frame: bytes | JSON) -> None:
        self.numbers.append((json.loads(frame) if isinstance(frame, bytes) else frame)["no"])


@pytest_asyncio.fixture
async def record(redis: Redis, key_prefix: str) -> Record:
    return Record(redis, key_prefix)


async def write(record: Record, n: int) -> None:
    await record.accept("c", f"{n}", f"m{n}", now=now())


@pytest.mark.parametrize("seed", range(5))
async def test_whenever_readers_come_and_go_each_sees_all_from_where_it_began(
    record: Record, redis: Redis, key_prefix: str, seed: int
) -> None:
    dice, hub, view = random.Random(seed), Hub(record), Numbers()
    line = Line(RedisChanges(redis, key_prefix))
    line.tell(hub.hear)
    listening = asyncio.create_task(line.listen())

    async def come(reader: Heard, delay: float, after: int) -> int:
        await asyncio.sleep(delay)
        return (await hub.join("c", reader, view, after)).start

    async def speak() -> None:
        for n in range(40):
            await write(record, n)
            await asyncio.sleep(dice.random() / 200)

    readers = [(Heard(), dice.random() / 4, dice.randrange(10)) for _ in range(8)]
    starts, _ = await asyncio.gather(asyncio.gather(*(come(*one) for one in readers)), speak())
    for (reader, _, _), start in zip(readers, starts, strict=True):
        while not reader.numbers or reader.numbers[-1] < 40:
            await asyncio.sleep(0.01)
        assert reader.numbers == list(range(start + 1, 41))
        hub.leave("c", reader)
    assert len(hub) == 0
    await end([listening])


async def test_one_view_is_asked_once_for_all_who_share_it(record: Record) -> None:
    hub, view, readers = Hub(record), Numbers(), [Heard() for _ in range(50)]
    for reader in readers:
        await hub.join("c", reader, view, 0)
    before = view.asked
    await write(record, 1)
    hub.hear(News("c", 1, "bot"))
    while readers[-1].numbers != [1]:
        await asyncio.sleep(0.01)
    assert view.asked == before + 1


async def test_news_that_were_missed_are_read_when_the_line_stands_again(record: Record) -> None:
    hub, reader = Hub(record), Heard()
    await hub.join("c", reader, Numbers(), 0)
    for n in range(3):
        await write(record, n)
    hub.hear(MISSED)
    while len(reader.numbers) < 3:
        await asyncio.sleep(0.01)
    assert reader.numbers == [1, 2, 3]


async def test_a_store_that_is_away_for_a_moment_is_asked_again_and_nothing_comes_twice(record: Record) -> None:
    class Shaky(Numbers):
        async def frames(self, conversation: str, events: Sequence[JSON]) -> list[JSON]:
            shown = await super().frames(conversation, events)
            if self.asked == 3:
                raise StoreDown("away")
            return shown

    hub, one, two, shaky = Hub(record), Heard(), Heard(), Shaky()
    await hub.join("c", one, Numbers(), 0)
    await hub.join("c", two, shaky, 0)
    shaky.asked = 2
    await write(record, 1)
    hub.hear(News("c", 1, "bot"))
    while not two.numbers:
        await asyncio.sleep(0.01)
    assert (one.numbers, two.numbers) == ([1], [1])


async def test_joining_again_gives_the_same_again_and_then_goes_on(record: Record) -> None:
    hub, reader, view = Hub(record), Heard(), Numbers()
    await write(record, 1)
    for _ in range(2):
        await hub.join("c", reader, view, 0)
    await write(record, 2)
    hub.hear(News("c", 2, "bot"))
    while reader.numbers[-1] != 2:
        await asyncio.sleep(0.01)
    assert reader.numbers == [1, 1, 2]


async def test_a_number_above_the_logs_end_is_its_end(record: Record) -> None:
    hub, reader = Hub(record), Heard()
    await write(record, 1)
    joined = await hub.join("c", reader, Numbers(), 2**53)
    assert (joined.no, joined.start, reader.numbers) == (1, 1, [])
