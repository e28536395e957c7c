"""make_app(): the gateway's application from what it is given. Nothing is opened here but the subscriptions to the record."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timezone

from aiohttp import web

from bot.gateway import integrations, keys, pages, probes
from bot.gateway.desk_app import DeskSide, add_desk
from bot.gateway.desk_door import desk_check
from bot.gateway.ending import end
from bot.gateway.hub import Hub
from bot.gateway.limits import Buckets
from bot.gateway.meters import Meters
from bot.gateway.middlewares import body_limit, door_check, one_error_shape, request_id
from bot.gateway.pictures import Pictures
from bot.gateway.sockets import Sockets
from bot.gateway.visitor_app import VisitorParts, add_visitors
from bot.model import JSON
from bot.services.converse import Converse
from bot.services.news import Line, Source
from bot.services.proofs import Proofs
from bot.services.unsent_pictures import sweep_on
from bot.settings import Settings
from bot.stores.record import Record
from bot.stores.redis_workers import Workers
from bot.stores.values import News
from bot.taxonomy import Taxonomy

LOOK_S = 2.0


def make_app(
    settings: Settings,
    record: Record,
    changes: Source[News],
    workers: Workers,
    api_keys: keys.Keys,
    taxonomy: Taxonomy,
    *,
    database_ping: keys.Ping,
    signals: Source[JSON],
    proofs: Proofs,
    visitors: VisitorParts,
    desk: DeskSide | None = None,
) -> web.Application:
    """The application; its clean-up stops what it started. The stores are opened and closed by the caller."""
    app = web.Application(middlewares=[request_id, one_error_shape, door_check, desk_check, body_limit], client_max_size=settings.max_body_bytes)
    app[keys.SETTINGS] = settings
    app[keys.RECORD] = record
    app[keys.WORKERS] = workers
    app[keys.TAXONOMY] = taxonomy
    app[keys.KEYS] = api_keys
    app[keys.DATABASE_PING] = database_ping
    app[keys.PROOFS] = proofs
    app[keys.CONVERSE] = Converse(record, wait_s=settings.reply_wait_s)
    app[keys.PICTURES] = Pictures(settings.var_dir / "uploads")
    app[keys.BUCKETS] = Buckets(settings.rate_per_minute)
    app[keys.METERS] = Meters()
    app[keys.HUB], app[keys.SOCKETS] = Hub(record), Sockets(settings)
    app[keys.NEWS], app[keys.SIGNALS] = Line(changes), Line(signals)
    app[keys.FRESH] = []
    app[keys.IS_AT_DESK] = _nobody
    app[keys.DIST] = pages.DIST_DIR
    app[keys.NEWS].tell(app[keys.CONVERSE].hear)
    app[keys.NEWS].tell(app[keys.HUB].hear)
    app.add_routes(
        [
            web.post("/webhooks/rest/webhook", integrations.webhook),
            web.get("/api/conversations/{sender:[^/]+}", integrations.conversation),
            web.get("/api/tickets", integrations.tickets),
            web.post("/api/tickets/{id:[^/]+}/proof", integrations.proof),
            web.get("/api/phase", integrations.get_phase),
            web.post("/api/phase", integrations.set_phase),
            web.get("/api/queues", integrations.queues),
            web.get("/api/openapi.json", probes.openapi),
            web.get("/metrics", probes.metrics),
            web.get("/healthz", probes.healthz),
            web.get("/readyz", probes.readyz),
        ]
    )
    add_visitors(app, visitors)
    if desk is not None:
        add_desk(app, desk)
    app.cleanup_ctx.append(_at_work)
    app.on_shutdown.append(_close_sockets)
    return app


async def _at_work(app: web.Application) -> AsyncIterator[None]:
    """What runs beside the handlers: one subscription each for news and signals, the loops of pages and files."""
    tasks = [
        asyncio.create_task(app[keys.NEWS].listen()),
        asyncio.create_task(app[keys.SIGNALS].listen()),
        asyncio.create_task(app[keys.QUEUE_FRAMES].run()),
        asyncio.create_task(app[keys.ANNOUNCEMENTS].run()),
        asyncio.create_task(_look_at_files(app)),
        asyncio.create_task(sweep_on(app[keys.UPLOADS], app[keys.PICTURES].forget, lambda: datetime.now(timezone.utc))),
    ]
    yield
    await app[keys.HUB].stop()
    await end(tasks)


async def _look_at_files(app: web.Application) -> None:
    while True:
        await asyncio.sleep(LOOK_S)
        for fresh in app[keys.FRESH]:
            await asyncio.to_thread(fresh.refresh)


async def _close_sockets(app: web.Application) -> None:
    await app[keys.SOCKETS].close_all()


async def _nobody(_request: web.Request) -> bool:
    return False
