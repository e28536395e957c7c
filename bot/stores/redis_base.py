"""The border to Redis: the client, the registered scripts, and StoreDown for an absent server."""

from __future__ import annotations

from redis.asyncio import Redis


def connect(url: str) -> Redis:
    """A client as the record wants it: text answers, short time-outs, one retry. Close it with `await client.aclose()`."""
    raise NotImplementedError


class Store:
    """What all parts of the record share: client, keys, scripts."""

    def __init__(self, redis: Redis, prefix: str) -> None:
        raise NotImplementedError
