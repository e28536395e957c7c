"""Typed keys of the application's parts, so that handlers find what make_app() was given."""

from __future__ import annotations

from typing import Protocol

from aiohttp import web

from bot.gateway.limits import Buckets
from bot.gateway.meters import Meters
from bot.gateway.pictures import Pictures
from bot.services.converse import Converse
from bot.settings import Settings
from bot.stores.record import Record
from bot.stores.redis_workers import Workers
from bot.taxonomy import Taxonomy


class Keys(Protocol):
    """Who may call: the staff's API keys."""

    async def check(self, key: str) -> bool:
        """True for a key of the role integration; StoreDown when nobody can tell."""
        ...


class Ping(Protocol):
    """Something that answers or does not."""

    async def __call__(self) -> bool:
        """True when it answered."""
        ...


SETTINGS = web.AppKey("settings", Settings)
RECORD = web.AppKey("record", Record)
WORKERS = web.AppKey("workers", Workers)
TAXONOMY = web.AppKey("taxonomy", Taxonomy)
CONVERSE = web.AppKey("converse", Converse)
KEYS = web.AppKey("keys", Keys)
PICTURES = web.AppKey("pictures", Pictures)
BUCKETS = web.AppKey("buckets", Buckets)
METERS = web.AppKey("meters", Meters)
DATABASE_PING = web.AppKey("database_ping", Ping)
