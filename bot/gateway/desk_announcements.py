"""The doors of announcements at the desk (docs/live.md §5): parse, call, answer. Every right is checked in the service."""

from __future__ import annotations

from datetime import datetime, timezone

from aiohttp import web

from bot.gateway.answers import ok
from bot.gateway.desk_bodies import AnnounceBody, PreviewBody, body_of
from bot.gateway.desk_keys import DESK, SIGNED


async def prepared(request: web.Request) -> web.Response:
    """GET announcements: what is prepared, and what is on."""
    return ok(announcements=await request.app[DESK].announcements(request[SIGNED].person, _now()))


async def preview(request: web.Request) -> web.Response:
    """POST announcements/{id}/preview: the words with this time. Writes nothing."""
    body = await body_of(request, PreviewBody)
    return ok(**await request.app[DESK].preview(request[SIGNED].person, request.match_info["id"], body.back(), _now()))


async def on(request: web.Request) -> web.Response:
    """POST announcements/{id}: on for everybody, or with other times."""
    body, person = await body_of(request, AnnounceBody), request[SIGNED].person
    back_at, until = body.times()
    found = await request.app[DESK].announce(person, request.match_info["id"], body.deed, back_at, until, body.goods, _now())
    return ok(announcements=found)


async def off(request: web.Request) -> web.Response:
    """DELETE announcements/{id}: off for everybody."""
    return ok(announcements=await request.app[DESK].end_announcement(request[SIGNED].person, request.match_info["id"], _now()))


def _now() -> datetime:
    return datetime.now(timezone.utc)
