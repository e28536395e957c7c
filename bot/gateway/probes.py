"""What machines ask a gateway: alive, ready, numbers, description."""

from __future__ import annotations

from datetime import datetime, timezone

from aiohttp import web
from prometheus_client.core import Metric

from bot.errors import StoreDown
from bot.gateway.answers import error_answer, json_answer, ok
from bot.gateway.keys import DATABASE_PING, METERS, RECORD, TAXONOMY, WORKERS
from bot.gateway.meters import CONTENT_TYPE, counter, gauge
from bot.gateway.openapi import document
from bot.stores.record import Record
from bot.stores.redis_workers import Workers
from bot.taxonomy import Taxonomy


async def healthz(_request: web.Request) -> web.Response:
    """GET /healthz: this process lives, whatever the stores do."""
    return ok()


async def readyz(request: web.Request) -> web.Response:
    """GET /readyz: 200 when Redis answers and a worker was seen alive; PostgreSQL is only named."""
    database = "up" if await request.app[DATABASE_PING]() else "down"
    try:
        alive = len(await request.app[WORKERS].alive(datetime.now(timezone.utc)))
    except StoreDown:
        return error_answer(503, "not_ready", "Redis 没有应答", redis="down", database=database, workers=0)
    if not alive:
        return error_answer(503, "not_ready", "没有看到活着的 worker", redis="up", database=database, workers=0)
    return ok(redis="up", database=database, workers=alive)


async def metrics(request: web.Request) -> web.Response:
    """GET /metrics: this process's meters and the desk's numbers; without Redis the former alone, and qiantai_redis_up 0."""
    app, now = request.app, datetime.now(timezone.utc)
    try:
        desk = [gauge("qiantai_redis_up", "1 when Redis answers", 1.0), *await _desk(app[RECORD], app[WORKERS], app[TAXONOMY], now)]
    except StoreDown:
        desk = [gauge("qiantai_redis_up", "1 when Redis answers", 0.0)]
    return web.Response(body=app[METERS].page(desk), headers={"Content-Type": CONTENT_TYPE})


async def openapi(request: web.Request) -> web.Response:
    """GET /api/openapi.json: the description of these routes."""
    return json_answer(document(request.app[TAXONOMY]))


async def _desk(record: Record, workers: Workers, taxonomy: Taxonomy, now: datetime) -> list[Metric]:
    backlog, rows, present = await record.backlog(), {q.group: q for q in await record.queues()}, await record.on_duty(now)
    groups = list(taxonomy.groups)
    oldest = {g: _age_s(rows[g].oldest if g in rows else None, now) for g in groups}
    metrics = [
        gauge("qiantai_backlog_conversations", "Conversations with mail that the bot has not answered", backlog.conversations),
        gauge("qiantai_backlog_oldest_seconds", "How long the oldest of it waits", _age_s(backlog.oldest, now)),
        gauge("qiantai_queue_tickets", "Tickets that wait", {g: rows[g].length if g in rows else 0 for g in groups}),
        gauge("qiantai_queue_oldest_seconds", "How long the oldest of them waits", oldest),
        gauge("qiantai_agents_on_duty", "Agents who gave a sign lately", {g: present.get(g, 0) for g in groups}),
        gauge("qiantai_workers", "Workers who gave a sign lately", len(await workers.alive(now))),
    ]
    hooks = await record.hook_state()
    metrics += [
        gauge("qiantai_webhooks_waiting", "Events that the shop's systems must still be told", hooks.waiting),
        gauge("qiantai_webhooks_dead", "Events that were given up", hooks.dead),
    ]
    return metrics + _counters(await record.counters())


def _counters(values: dict[str, int]) -> list[Metric]:
    """The record's counters; `hand_offs:returns_refunds` becomes a counter with a label."""
    plain = {name: n for name, n in values.items() if ":" not in name}
    labelled: dict[str, dict[str, float]] = {}
    for name, n in values.items():
        family, colon, label = name.partition(":")
        if colon:
            labelled.setdefault(family, {})[label] = n
    found = [counter(f"qiantai_{name}", f"Desk counter {name}", n) for name, n in sorted(plain.items())]
    return found + [counter(f"qiantai_{name}_by", f"Desk counter {name}", row, "of") for name, row in sorted(labelled.items())]


def _age_s(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
