"""Typed keys of the application's parts, so that handlers find what make_app() was given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Protocol

from aiohttp import web

from bot.gateway.announcement_frames import AnnouncementFrames
from bot.gateway.hub import Hub
from bot.gateway.limits import Buckets
from bot.gateway.meters import Meters
from bot.gateway.pictures import Pictures
from bot.gateway.queue_frames import QueueFrames
from bot.gateway.sockets import Sockets
from bot.gateway.visitor_views import VisitorView
from bot.model import JSON
from bot.services.converse import Converse
from bot.services.demo_buyers import DemoBuyers
from bot.services.fresh import Fresh
from bot.services.history import History
from bot.services.news import Line
from bot.services.phases import Phases
from bot.services.proofs import Proofs
from bot.services.shop_page import ShopPage
from bot.services.visitor_orders import VisitorOrders
from bot.services.visitor_tokens import VisitorTokens
from bot.services.visits import Visits
from bot.settings import Settings
from bot.stores.record import Record
from bot.stores.redis_uploads import RedisUploads
from bot.stores.redis_workers import Workers
from bot.stores.values import News
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
PROOFS = web.AppKey("proofs", Proofs)

# --- sockets and rooms, for visitors and desk -----------------------------------------------------------------------
NEWS = web.AppKey("news", Line[News])
SIGNALS = web.AppKey("signals", Line[JSON])
HUB = web.AppKey("hub", Hub)
SOCKETS = web.AppKey("sockets", Sockets)
FRESH: web.AppKey[list[Fresh[Any]]] = web.AppKey("fresh")
IS_AT_DESK: web.AppKey[Callable[[web.Request], Awaitable[bool]]] = web.AppKey("is_at_desk")
"""Whether somebody signed in at the desk asks."""
DIST = web.AppKey("dist", Path)

# --- visitors -------------------------------------------------------------------------------------------------------
TOKENS = web.AppKey("tokens", VisitorTokens)
VISITS = web.AppKey("visits", Visits)
VISITOR_VIEW = web.AppKey("visitor_view", VisitorView)
ANNOUNCEMENTS = web.AppKey("announcements", AnnouncementFrames)
QUEUE_FRAMES = web.AppKey("queue_frames", QueueFrames)
HISTORY = web.AppKey("history", History)
PHASES = web.AppKey("phases", Phases)
UPLOADS = web.AppKey("uploads", RedisUploads)
ORDERS = web.AppKey("orders", VisitorOrders)
PAGE = web.AppKey("page", Fresh[ShopPage])
DEMO: web.AppKey[DemoBuyers | None] = web.AppKey("demo")
SYNCS = web.AppKey("syncs", Buckets)
SESSIONS_FROM = web.AppKey("sessions_from", Buckets)
UPLOADS_FROM = web.AppKey("uploads_from", Buckets)
