"""PostgreSQL's NOTIFY as a call, over a line that mends itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import asyncpg
import structlog

from bot.stores.sql.pool import AWAY

log = structlog.get_logger()


async def listen(database_url: str, channel: str, heard: Callable[[str | None], None], retry_s: float = 1.0) -> None:
    """Calls `heard` with what was sent, and with None whenever something may have been missed; runs until cancelled."""
    while True:
        try:
            await _listen_once(database_url, channel, heard)
        except AWAY as error:
            log.info("signal_lost", channel=channel, reason=type(error).__name__)
        # Whatever was sent while nobody listened is not known.
        heard(None)
        await asyncio.sleep(retry_s)


async def _listen_once(database_url: str, channel: str, heard: Callable[[str | None], None]) -> None:
    connection = await asyncpg.connect(database_url, timeout=5.0)
    gone = asyncio.Event()
    try:
        connection.add_termination_listener(lambda _: gone.set())
        await connection.add_listener(channel, lambda _connection, _pid, _channel, sent: heard(str(sent)))
        heard(None)
        while not gone.is_set():
            try:
                await asyncio.wait_for(gone.wait(), timeout=30.0)
            except asyncio.TimeoutError:
                # A server that vanished without closing its socket says nothing; ask.
                await connection.execute("select 1", timeout=5.0)
    finally:
        connection.terminate()
