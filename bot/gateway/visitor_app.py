"""The visitors' part of the gateway: what its handlers use, and its routes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from aiohttp import web

from bot.gateway import keys, pages, uploads, visitor_socket, visitors
from bot.gateway.announcement_frames import AnnouncementFrames
from bot.gateway.limits import Buckets
from bot.gateway.queue_frames import QueueFrames
from bot.gateway.visitor_views import VisitorView
from bot.services.announcing import Announcing
from bot.services.demo_buyers import DemoBuyers
from bot.services.fresh import Fresh
from bot.services.history import History
from bot.services.phases import Phases
from bot.services.shop_page import ShopPage
from bot.services.standing import Standings, group_zh
from bot.services.visitor_lookups import VisitorLookups
from bot.services.visitor_orders import VisitorOrders
from bot.services.visitor_tokens import VisitorTokens
from bot.services.visits import Visits
from bot.stores.redis_uploads import RedisUploads

SESSIONS_PER_MINUTE = 30
SYNCS_PER_MINUTE = 60
UPLOADS_PER_MINUTE = 30


@dataclass(frozen=True)
class VisitorParts:
    """What the visitors' handlers are given."""

    tokens: VisitorTokens
    visits: Visits
    history: History
    orders: VisitorOrders
    page: Fresh[ShopPage]
    lookups: VisitorLookups
    standings: Standings
    uploads: RedisUploads
    phases: Phases
    announcing: Announcing
    demo: DemoBuyers | None = None
    fresh: tuple[Fresh[Any], ...] = ()
    """Files that are looked at again and again."""


def add_visitors(app: web.Application, parts: VisitorParts) -> None:
    """The visitors' doors. The hub and the lines are there already."""
    groups = {name: group_zh(app[keys.TAXONOMY], name) for name in app[keys.TAXONOMY].groups}
    app[keys.TOKENS], app[keys.VISITS], app[keys.HISTORY] = parts.tokens, parts.visits, parts.history
    app[keys.ORDERS], app[keys.PAGE], app[keys.UPLOADS], app[keys.DEMO] = parts.orders, parts.page, parts.uploads, parts.demo
    app[keys.PHASES] = parts.phases
    app[keys.VISITOR_VIEW] = VisitorView(parts.lookups, groups)
    app[keys.QUEUE_FRAMES] = QueueFrames(app[keys.HUB], parts.standings, lambda: datetime.now(timezone.utc))
    app[keys.ANNOUNCEMENTS] = AnnouncementFrames(parts.announcing, lambda: datetime.now(timezone.utc))
    app[keys.SIGNALS].tell(app[keys.ANNOUNCEMENTS].hear)
    app[keys.SYNCS] = Buckets(SYNCS_PER_MINUTE, what="次")
    app[keys.SESSIONS_FROM] = Buckets(SESSIONS_PER_MINUTE, what="次")
    app[keys.UPLOADS_FROM] = Buckets(UPLOADS_PER_MINUTE, what="张")
    app[keys.NEWS].tell(app[keys.QUEUE_FRAMES].hear)
    app[keys.SIGNALS].tell(lambda signal: visitor_socket.hear_typing(app, signal))
    app[keys.FRESH] += parts.fresh
    app.add_routes(
        [
            web.get("/", pages.customers),
            web.get("/desk", pages.desk),
            web.get("/desk/{path:.*}", pages.desk),
            web.get("/demo", pages.demo),
            web.get("/widget.js", pages.widget),
            web.get("/assets/{file:[A-Za-z0-9_.-]+}", pages.asset),
            web.get("/api/frames.json", visitors.frames),
            web.get("/api/demo/buyers", visitors.demo_buyers),
            web.get("/api/visitor/page", visitors.page),
            web.post("/api/visitor/sessions", visitors.sessions),
            web.get("/api/visitor/orders", visitors.orders),
            web.get("/api/visitor/history", visitors.history),
            web.post("/api/visitor/pictures", uploads.visitor_picture),
            web.get("/uploads/{name}", uploads.upload),
            web.get("/ws/visitor", visitor_socket.visitor_socket),
        ]
    )
