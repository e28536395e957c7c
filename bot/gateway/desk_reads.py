"""What the desk's pages read (docs/live.md §5)."""

from __future__ import annotations

from datetime import datetime, timezone

from aiohttp import web

from bot.gateway import payloads
from bot.gateway.answers import ok
from bot.gateway.desk_keys import DESK, SIGNED

EVENTS_MOST = 500
AUDIT_MOST = 200


async def detail(request: web.Request) -> web.Response:
    """GET conversations/{c}: the panel beside the log."""
    return ok(**await request.app[DESK].detail(request[SIGNED].person, request.match_info["c"], datetime.now(timezone.utc)))


async def events(request: web.Request) -> web.Response:
    """GET conversations/{c}/events: a page of the log, upwards from `after` or back from `before`."""
    person, conversation = request[SIGNED].person, request.match_info["c"]
    after = payloads.after(request.query)[0] if "after" in request.query else None
    before, limit = payloads.before(request.query, EVENTS_MOST)
    return ok(**await request.app[DESK].events(person, conversation, after, before, limit))


async def queue(request: web.Request) -> web.Response:
    """GET queues/{group}: who waits, in the queue's order."""
    return ok(rows=await request.app[DESK].queue_rows(request[SIGNED].person, request.match_info["group"]))


async def mine(request: web.Request) -> web.Response:
    """GET mine: what is in my hands."""
    return ok(rows=await request.app[DESK].mine(request[SIGNED].person))


async def follow_ups(request: web.Request) -> web.Response:
    """GET follow-ups: whom somebody of mine must ask after the deed."""
    return ok(rows=await request.app[DESK].follow_ups(request[SIGNED].person))


async def in_hand(request: web.Request) -> web.Response:
    """GET agents/{id}/tickets: what is in a colleague's hands."""
    return ok(rows=await request.app[DESK].in_hand(request[SIGNED].person, request.match_info["id"]))


async def asked_offers(request: web.Request) -> web.Response:
    """GET offers: tickets with an offer that waits for a supervisor."""
    return ok(rows=await request.app[DESK].asked_offers(request[SIGNED].person, datetime.now(timezone.utc)))


async def authority(request: web.Request) -> web.Response:
    """GET tickets/{id}/authority: how much I may promise there."""
    return ok(**await request.app[DESK].authority(request[SIGNED].person, request.match_info["id"], datetime.now(timezone.utc)))


async def search(request: web.Request) -> web.Response:
    """GET search?q="""
    rows, partial = await request.app[DESK].search(request[SIGNED].person, request.query.get("q", ""))
    return ok(rows=rows, partial=partial)


async def scripts(request: web.Request) -> web.Response:
    """GET scripts?conversation=: scripts with the order's facts put in."""
    return ok(scripts=await request.app[DESK].scripts(request[SIGNED].person, request.query.get("conversation", ""), datetime.now(timezone.utc)))


async def team(request: web.Request) -> web.Response:
    """GET team: who is there, with what in hand."""
    return ok(agents=await request.app[DESK].team(request[SIGNED].person, datetime.now(timezone.utc)))


async def audit(request: web.Request) -> web.Response:
    """GET audit?who=&what=&before=&limit="""
    before, limit = payloads.before(request.query, AUDIT_MOST)
    who, what = request.query.get("who") or None, request.query.get("what") or None
    page = await request.app[DESK].audit_lines(request[SIGNED].person, who, what, before, limit)
    return ok(deeds=page.deeds, more=page.more)


async def webhooks(request: web.Request) -> web.Response:
    """GET webhooks: what the shop's systems were told, and what not."""
    return ok(**await request.app[DESK].webhooks(request[SIGNED].person))
