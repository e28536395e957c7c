"""make_app(): the gateway's application from what it is given. Nothing is opened here but the subscription to the record."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web

from bot.gateway import integrations, keys, probes
from bot.gateway.limits import Buckets
from bot.gateway.meters import Meters
from bot.gateway.middlewares import body_limit, key_check, one_error_shape, request_id
from bot.gateway.pictures import Pictures
from bot.services.converse import Changes, Converse
from bot.settings import Settings
from bot.stores.record import Record
from bot.stores.redis_workers import Workers
from bot.taxonomy import Taxonomy


def make_app(
    settings: Settings,
    record: Record,
    changes: Changes,
    workers: Workers,
    api_keys: keys.Keys,
    taxonomy: Taxonomy,
    *,
    database_ping: keys.Ping,
) -> web.Application:
    """The application; its clean-up stops the subscription. The stores are opened and closed by the caller."""
    app = web.Application(middlewares=[request_id, one_error_shape, key_check, body_limit], client_max_size=settings.max_body_bytes)
    app[keys.SETTINGS] = settings
    app[keys.RECORD] = record
    app[keys.WORKERS] = workers
    app[keys.TAXONOMY] = taxonomy
    app[keys.KEYS] = api_keys
    app[keys.DATABASE_PING] = database_ping
    app[keys.CONVERSE] = Converse(record, changes, wait_s=settings.reply_wait_s)
    app[keys.PICTURES] = Pictures(settings.var_dir / "uploads")
    app[keys.BUCKETS] = Buckets(settings.rate_per_minute)
    app[keys.METERS] = Meters()
    app.add_routes(
        [
            web.post("/webhooks/rest/webhook", integrations.webhook),
            web.get("/api/conversations/{sender:[^/]+}", integrations.conversation),
            web.get("/api/tickets", integrations.tickets),
            web.get("/api/phase", integrations.get_phase),
            web.post("/api/phase", integrations.set_phase),
            web.get("/api/queues", integrations.queues),
            web.get("/api/openapi.json", probes.openapi),
            web.get("/metrics", probes.metrics),
            web.get("/healthz", probes.healthz),
            web.get("/readyz", probes.readyz),
        ]
    )
    app.cleanup_ctx.append(_listening)
    return app


async def _listening(app: web.Application) -> AsyncIterator[None]:
    """One subscription for all who wait in this process."""
    task = asyncio.create_task(app[keys.CONVERSE].listen())
    yield
    # More than once: redis-py may swallow a cancellation that meets one of its time-outs (Python 3.10).
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=0.2)
