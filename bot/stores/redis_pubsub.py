"""One channel, heard message by message; with a mark whenever messages may have been missed."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import suppress

from redis.asyncio import Redis

from bot.stores.redis_base import border

WAIT_S = 1.0


async def heard(redis: Redis, channel: str) -> AsyncGenerator[str | None, None]:
    """Every message from now on; None each time the subscription stands anew, also when the client came back by itself after a
    broken line. StoreDown when it does not come back: then call again. Close the iterator (contextlib.aclosing)."""
    pubsub = redis.pubsub()
    try:
        with border():
            await pubsub.subscribe(channel)
        while True:
            with border():
                found = await pubsub.get_message(timeout=WAIT_S)
            if found is not None and found["type"] == "message":
                yield found["data"]
            elif found is not None and found["type"] == "subscribe":
                yield None
    finally:
        with suppress(Exception):  # the line is gone anyway
            await pubsub.aclose()  # type: ignore[no-untyped-call]
