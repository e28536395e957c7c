"""The border to Redis: the client, the registered scripts, and StoreDown for an absent server."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from bot.errors import StoreDown
from bot.stores.keys import Keys

LUA = Path(__file__).parent / "lua"
PRELUDE_SCRIPTS = (
    "accept", "load_turn", "commit_turn", "hand_over", "notice", "say", "write", "amend", "change", "trim", "archived", "snapshot",
)  # fmt: skip
PLAIN_SCRIPTS = (
    "done", "touch", "archived_ticket", "hold", "swap", "mark_seen", "put", "touch_session", "end_sessions", "next_look",
    "hook_settle", "hook_revive", "announce",
)  # fmt: skip
CONNECTIONS = 32
"""Of one client. Redis does one thing at a time: more of them only take longer to open."""
WAIT_S = 20.0
"""How long a call waits for one of them."""
MAX_BLOCK_MS = 2000
"""A blocking read must be shorter than the socket's time-out."""
DOWN = ("LOADING", "READONLY", "MISCONF", "OOM", "MASTERDOWN", "NOREPLICAS", "CLUSTERDOWN")


class InTurn(ConnectionPool):
    """Who comes when all connections are in use waits, first come first served. redis-py's own pool that waits lets newcomers pass:
    of two thousand pages that came back at once some never had their turn."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._free = CONNECTIONS
        self._line: deque[asyncio.Future[None]] = deque()

    async def get_connection(self, *_: Any, **__: Any) -> Any:
        """A connection that is ready; ConnectionError when none became free within WAIT_S."""
        if self._free:
            self._free -= 1
        else:
            turn = asyncio.get_running_loop().create_future()
            self._line.append(turn)
            try:
                await asyncio.wait_for(turn, WAIT_S)
            except asyncio.TimeoutError:
                raise RedisConnectionError("no connection became free") from None
        connection = self.get_available_connection()  # type: ignore[no-untyped-call]
        try:
            await self.ensure_connection(connection)
        except BaseException:
            await self.release(connection)
            raise
        return connection

    async def release(self, connection: Any) -> None:
        """Back, and straight to the next in line."""
        try:
            await super().release(connection)
        finally:
            self._next()

    def _next(self) -> None:
        while self._line:
            turn = self._line.popleft()
            if not turn.done():  # else it gave up
                turn.set_result(None)
                return
        self._free += 1


def connect(url: str, *, timeout_s: float = 5.0) -> Redis:
    """A client as the record wants it: text answers, a time-out, one retry. Close it with `await client.aclose()`."""
    pool = InTurn.from_url(
        url,
        decode_responses=True,
        socket_timeout=timeout_s,
        socket_connect_timeout=2.0,
        health_check_interval=30,
        # One retry, for a connection that a restarted server closed: every script knows by an id or a number what it did before.
        retry=Retry(NoBackoff(), 1),
        max_connections=CONNECTIONS,
    )
    client: Redis = Redis.from_pool(pool)
    return client


@contextmanager
def border() -> Iterator[None]:
    """An absent, loading or full Redis becomes StoreDown; other errors are bugs and pass."""
    try:
        yield
    except (RedisConnectionError, RedisTimeoutError, OSError) as error:
        raise StoreDown("Redis 没有应答，请稍后再试") from error
    except ResponseError as error:
        if str(error).startswith(DOWN):
            raise StoreDown("Redis 现在不能写入，请稍后再试") from error
        raise
    except RedisError as error:
        if "Connection" in type(error).__name__:
            raise StoreDown("Redis 没有应答，请稍后再试") from error
        raise


@cache
def source(name: str) -> str:
    """The text of a script, with the prelude where it wants it."""
    text = (LUA / f"{name}.lua").read_text(encoding="utf-8")
    return (LUA / "prelude.lua").read_text(encoding="utf-8") + text if name in PRELUDE_SCRIPTS else text


class Store:
    """What all parts of the record share: client, keys, scripts."""

    def __init__(
        self,
        redis: Redis,
        prefix: str,
    ) -> None:
        self.redis: Any = redis
        self.keys = Keys(prefix)
        # register_script sends the text again when a restarted server answers NOSCRIPT.
        self._scripts: dict[str, Any] = {name: redis.register_script(source(name)) for name in PRELUDE_SCRIPTS + PLAIN_SCRIPTS}

    async def _run(self, name: str, keys: Sequence[str], args: Sequence[Any]) -> Any:
        with border():
            return await self._scripts[name](keys=keys, args=args)

    async def ping(self) -> None:
        """StoreDown when Redis does not answer."""
        with border():
            await self.redis.ping()
