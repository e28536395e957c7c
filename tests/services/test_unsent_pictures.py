"""A picture that was never sent goes after a day; one that a message names, or that nobody told of, never does."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from redis.asyncio import Redis

from bot.gateway.pictures import Pictures
from bot.services.unsent_pictures import KEEP, sweep
from bot.stores.redis_uploads import RedisUploads
from tests.stores.redis_builders import NOON

SENT, UNSENT, UNKNOWN = ("a" * 32 + ".jpg", "b" * 32 + ".jpg", "c" * 32 + ".jpg")


async def test_what_was_never_sent_goes_after_a_day_and_nothing_else(redis: Redis, key_prefix: str, tmp_path: Path) -> None:
    uploads, pictures = RedisUploads(redis, key_prefix), Pictures(tmp_path)
    for name in (SENT, UNSENT, UNKNOWN):
        (tmp_path / name).write_bytes(b"picture")
    await uploads.add(SENT, "c1", NOON)
    await uploads.add(UNSENT, "c1", NOON)
    await uploads.keep([SENT], "c1")

    assert await sweep(uploads, pictures.forget, NOON + KEEP - timedelta(seconds=1)) == 0
    assert await sweep(uploads, pictures.forget, NOON + KEEP) == 1
    assert {path.name for path in tmp_path.iterdir()} == {SENT, UNKNOWN}
    assert await sweep(uploads, pictures.forget, NOON + 2 * KEEP) == 0


async def test_a_file_that_is_gone_already_does_not_stop_the_others(redis: Redis, key_prefix: str, tmp_path: Path) -> None:
    uploads, pictures = RedisUploads(redis, key_prefix), Pictures(tmp_path)
    (tmp_path / UNSENT).write_bytes(b"picture")
    await uploads.add(SENT, "c1", NOON)
    await uploads.add(UNSENT, "c1", NOON)

    assert await sweep(uploads, pictures.forget, NOON + KEEP) == 2
    assert list(tmp_path.iterdir()) == []
