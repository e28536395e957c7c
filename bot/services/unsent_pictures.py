"""Pictures that were uploaded and never sent: their files are deleted after a day."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from bot.errors import StoreDown
from bot.stores.redis_uploads import RedisUploads

KEEP = timedelta(days=1)
"""Much longer than the hour in which a message may still name one: nothing is deleted that anybody could be about to send."""
EVERY_S = 600.0

log = structlog.get_logger(__name__)


async def sweep(uploads: RedisUploads, delete: Callable[[Sequence[str]], None], now: datetime) -> int:
    """How many were deleted; only what the record itself calls unsent, never a file that it does not know. StoreDown."""
    names = await uploads.unsent(now - KEEP)
    await asyncio.to_thread(delete, names)
    await uploads.forget(names)
    return len(names)


async def sweep_on(uploads: RedisUploads, delete: Callable[[Sequence[str]], None], clock: Callable[[], datetime]) -> None:
    """Again and again, until cancelled."""
    while True:
        try:
            if gone := await sweep(uploads, delete, clock()):
                log.info("unsent_pictures_deleted", count=gone)
        except (StoreDown, OSError) as error:
            log.warning("unsent_pictures_stay", reason=type(error).__name__)
        await asyncio.sleep(EVERY_S)
