"""Connections to PostgreSQL that outlive its restarts, and its failures as StoreDown."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import asyncpg

from bot.errors import StoreDown

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

# A connection of one's own or one lent by a pool; a pool.
Connection: TypeAlias = "asyncpg.Connection[Any] | PoolConnectionProxy[Any]"
Pool: TypeAlias = "asyncpg.Pool[Any]"

T = TypeVar("T")

# What asyncpg raises when the server is away, starting, stopping, full, or cut off in the middle of a query; when it does not
# let us in; when its database or schema is not there yet.
AWAY = (
    OSError,
    asyncio.TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.UndefinedTableError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)


async def open_pool(database_url: str, *, max_size: int = 4) -> asyncpg.Pool:
    """A pool that opens even while PostgreSQL is away, and connects again by itself; close it with `pool.close()`."""
    return await asyncpg.create_pool(database_url, min_size=0, max_size=max_size, timeout=5.0, command_timeout=60.0)


async def within(seconds: float, work: Coroutine[Any, Any, T], what: str) -> T:
    """The result of `work`; StoreDown when PostgreSQL is away or `seconds` pass, never later than that.

    `wait_for` would wait for the clean-up after its cancellation, which talks to the very server that hangs.
    """
    task = asyncio.ensure_future(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
    except asyncio.CancelledError:
        task.cancel()
        raise
    if not done:
        task.cancel()
        task.add_done_callback(_read_the_end)
        raise StoreDown(f"{what}：PostgreSQL 在 {seconds:g} 秒内没有回答")
    try:
        return task.result()
    except AWAY as error:
        raise StoreDown(f"{what}：PostgreSQL 现在连不上（{type(error).__name__}）") from error


def _read_the_end(task: asyncio.Future[Any]) -> None:
    if not task.cancelled():
        task.exception()  # Read, so that asyncio does not print it.
