"""Signing in and out of the desk (docs/live.md §4)."""

from __future__ import annotations

from datetime import datetime, timezone

from aiohttp import web

from bot.errors import BadInput
from bot.gateway.answers import ok
from bot.gateway.desk_bodies import PasswordBody, SignInBody, body_of
from bot.gateway.desk_door import with_cookie, without_cookie
from bot.gateway.desk_keys import DESK, SIGN_INS, SIGNED
from bot.gateway.keys import SETTINGS
from bot.gateway.origins import address_of
from bot.services.sign_in import SignedIn


async def sign_in(request: web.Request) -> web.Response:
    """POST /api/desk/sign-in: by password or by a one-time link."""
    body, address = await body_of(request, SignInBody), address_of(request, request.app[SETTINGS])
    sign_ins = request.app[SIGN_INS]
    if body.link is not None:
        signed = await sign_ins.by_link(body.link, address, _now())
    elif body.name is not None and body.password is not None:
        signed = await sign_ins.by_password(body.name, body.password, address, _now())
    else:
        raise BadInput("请填名字和密码，或用登录链接")
    return with_cookie(request, await _me(request, signed), signed.token)


async def sign_out(request: web.Request) -> web.Response:
    """POST /api/desk/sign-out: this sign-in ends; with the last one the person leaves the desk."""
    await request.app[DESK].sign_out(request[SIGNED], _now())
    return without_cookie(ok())


async def me(request: web.Request) -> web.Response:
    """GET /api/desk/me: who is signed in."""
    return await _me(request, request[SIGNED])


async def password(request: web.Request) -> web.Response:
    """POST /api/desk/password: a new one; all other sign-ins end."""
    body, before = await body_of(request, PasswordBody), request[SIGNED]
    signed = await request.app[SIGN_INS].new_password(before, body.old, body.new, _now())
    await request.app[DESK].others_out(signed.person)
    return with_cookie(request, await _me(request, signed), signed.token)


async def _me(request: web.Request, signed: SignedIn) -> web.Response:
    return ok(csrf=signed.csrf, **await request.app[DESK].me(signed.person, _now()))


def _now() -> datetime:
    return datetime.now(timezone.utc)
