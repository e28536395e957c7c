"""The desk's part of the gateway: what its handlers use, its loops, its routes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from aiohttp import web

from bot.gateway import desk_announcements as announcements
from bot.gateway import desk_deeds as deeds
from bot.gateway import desk_reads as reads
from bot.gateway import desk_sign_in, keys
from bot.gateway.desk_door import is_at_desk
from bot.gateway.desk_export import AT_ONCE, export
from bot.gateway.desk_floor import Floor
from bot.gateway.desk_keys import DEEDS_OF, DESK, DESK_SIGNALS, EXPORTS, FLOOR, LOOKERS, PULSE, SIGN_INS, STAFF_NEWS, VIEWS
from bot.gateway.desk_pulse import Pulse
from bot.gateway.desk_signals import Signals
from bot.gateway.desk_socket import desk_socket
from bot.gateway.desk_views import DeskView
from bot.gateway.ending import end
from bot.gateway.limits import Buckets
from bot.services.desk import Desk
from bot.services.desk_base import DeskParts
from bot.services.fresh import Fresh
from bot.services.sign_in import SignIns
from bot.services.staff_news import StaffNews
from bot.stores.redis_lookers import RedisLookers

REQUESTS_PER_MINUTE = 600


@dataclass(frozen=True)
class DeskSide:
    """What the desk's handlers are given."""

    parts: DeskParts
    sign_ins: SignIns
    lookers: RedisLookers
    staff_news: StaffNews
    fresh: tuple[Fresh[Any], ...] = ()
    """Files that are looked at again and again."""


def add_desk(app: web.Application, side: DeskSide) -> None:
    """The desk's doors. The hub and the lines are there already."""
    desk = Desk(side.parts)
    app[DESK], app[SIGN_INS], app[LOOKERS], app[STAFF_NEWS] = desk, side.sign_ins, side.lookers, side.staff_news
    app[VIEWS] = {numbers: DeskView(side.parts.names, numbers=numbers) for numbers in (True, False)}
    app[FLOOR] = Floor(desk, app[keys.HUB], _now)
    app[PULSE] = Pulse(app[FLOOR], desk, side.sign_ins, side.lookers, _now)
    app[DESK_SIGNALS] = Signals(app[FLOOR], app[PULSE], app[keys.HUB], side.lookers, side.parts.names, _now)
    app[DEEDS_OF] = Buckets(REQUESTS_PER_MINUTE, what="次")
    app[EXPORTS] = asyncio.Semaphore(AT_ONCE)
    app[keys.IS_AT_DESK] = is_at_desk
    app[keys.FRESH] += side.fresh
    app[keys.NEWS].tell(app[FLOOR].hear)
    app[keys.SIGNALS].tell(app[DESK_SIGNALS].hear)
    app[keys.ANNOUNCEMENTS].also(lambda on: app[FLOOR].tell({"type": "announcements", "on": [one.to_desk() for one in on]}))
    app.cleanup_ctx.append(_at_work)
    get = {
        "me": desk_sign_in.me, "conversations/{c}": reads.detail, "conversations/{c}/events": reads.events, "queues/{group}": reads.queue,
        "mine": reads.mine, "follow-ups": reads.follow_ups, "webhooks": reads.webhooks, "offers": reads.asked_offers,
        "search": reads.search, "scripts": reads.scripts, "team": reads.team, "agents/{id}/tickets": reads.in_hand, "audit": reads.audit,
        "tickets/{id}/export": export, "tickets/{id}/authority": reads.authority, "announcements": announcements.prepared,
    }  # fmt: skip
    post = {
        "sign-in": desk_sign_in.sign_in, "sign-out": desk_sign_in.sign_out, "password": desk_sign_in.password,
        "presence": deeds.presence, "queues/{group}/claim": deeds.claim_next, "phase": deeds.phase, "pictures": deeds.picture,
        "tickets/{id}/claim": deeds.claim, "tickets/{id}/plan": deeds.plan, "tickets/{id}/plan/tell": deeds.tell_plan,
        "tickets/{id}/plan/answer": deeds.answer_plan, "tickets/{id}/follow-up": deeds.follow_up, "tickets/{id}/transfer": deeds.transfer,
        "tickets/{id}/give-back": deeds.give_back, "tickets/{id}/to-bot": deeds.to_bot, "tickets/{id}/close": deeds.close,
        "tickets/{id}/label": deeds.label, "tickets/{id}/evidence": deeds.evidence, "tickets/{id}/proof": deeds.proof,
        "tickets/{id}/offers": deeds.offer, "tickets/{id}/offers/{offer}/decide": deeds.decide_offer,
        "tickets/{id}/offers/{offer}/withdraw": deeds.withdraw_offer,
        "tickets/{id}/duties/{duty}/done": deeds.duty_done, "conversations/{c}/say": deeds.say,
        "conversations/{c}/whisper": deeds.whisper, "conversations/{c}/promise": deeds.promise,
        "conversations/{c}/promises/suggest": deeds.suggest_promises,
        "conversations/{c}/promises/{id}/done": deeds.promise_done, "conversations/{c}/reopen": deeds.reopen,
        "conversations/{c}/take-over": deeds.take_over, "conversations/{c}/unmask": deeds.unmask,
        "agents/{id}/sign-out": deeds.end_sign_in, "webhooks/retry": deeds.retry_webhooks, "announcements/{id}": announcements.on,
        "announcements/{id}/preview": announcements.preview,
    }  # fmt: skip
    app.add_routes([web.get(f"/api/desk/{path}", handler) for path, handler in get.items()])
    app.add_routes([web.post(f"/api/desk/{path}", handler) for path, handler in post.items()])
    app.add_routes([web.delete("/api/desk/announcements/{id}", announcements.off), web.get("/ws/desk", desk_socket)])


async def _at_work(app: web.Application) -> AsyncIterator[None]:
    """The desk's loops."""
    work = [app[FLOOR].run, *app[PULSE].loops(), app[STAFF_NEWS].listen]
    tasks = [asyncio.ensure_future(one()) for one in work]
    yield
    await app[DESK_SIGNALS].stop()
    await end(tasks)


def _now() -> datetime:
    return datetime.now(timezone.utc)
