"""`python -m bot archive`: moves the record from Redis to PostgreSQL until a signal."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from contextlib import suppress

from bot.embedded import Services, services
from bot.errors import StoreDown
from bot.services.archive import Archive, Moved
from bot.settings import Settings
from bot.stores.record import Record
from bot.stores.redis_base import connect
from bot.stores.redis_outbox import RedisOutbox
from bot.stores.sql.migrate import migrate
from bot.stores.sql.pool import open_pool

HELP = "归档进程：把 Redis 里的会话记录和工单搬到 PostgreSQL (archive)"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Once, or until a signal."""
    parser.add_argument("--once", action="store_true", help="搬完现有的就退出")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0 after a clean stop; BotError when a store is away with --once, or the database is of a newer version."""
    with services(settings) as found:
        asyncio.run(_run(found, settings, once=args.once))
    return 0


async def _run(found: Services, settings: Settings, *, once: bool) -> None:
    redis, pool = connect(found.redis_url), await open_pool(found.database_url, max_size=2)
    try:
        archive = Archive(Record(redis, settings.key_prefix), pool, RedisOutbox(redis, settings.key_prefix))
        if once:
            await migrate(found.database_url)
            await _all(archive)
        else:
            stop = _stopped()
            await _migrated(found.database_url, stop)
            await archive.run(stop)
    finally:
        await redis.aclose()
        pool.terminate()


async def _all(archive: Archive) -> None:
    total = Moved()
    while True:
        moved = await archive.step()
        total = Moved(
            total.events + moved.events, total.conversations + moved.conversations, total.tickets + moved.tickets, total.rows + moved.rows
        )
        if not moved.events and not moved.tickets and not moved.rows:
            break
    print(f"归档 {total.events} 条事件、{total.tickets} 张工单、{total.rows} 条记录", file=sys.stderr)


async def _migrated(database_url: str, stop: asyncio.Event) -> None:
    """Returns once the schema is there: PostgreSQL may start later than this process."""
    while not stop.is_set():
        try:
            await migrate(database_url)
            return
        except StoreDown as error:
            print(error, file=sys.stderr, flush=True)
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(stop.wait(), 5.0)


def _stopped() -> asyncio.Event:
    """Set by SIGTERM and SIGINT: the pass under way is finished first."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
