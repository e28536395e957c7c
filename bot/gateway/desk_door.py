"""The desk's door: the cookie says who it is, a token and the Origin that the request comes from our own page.

The cookie is SameSite=Strict, so that browsers do not send it along from other pages; the token is for those that do.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timezone

from aiohttp import web

from bot.errors import Forbidden, NotAllowed
from bot.gateway.desk_keys import DEEDS_OF, SIGN_INS, SIGNED
from bot.gateway.doors import Door, door_of
from bot.gateway.keys import SETTINGS
from bot.gateway.middlewares import route_of
from bot.gateway.origins import is_https, is_own_origin
from bot.services.sign_in import SignedIn

COOKIE = "qt_desk"
COOKIE_S = 12 * 3600
CSRF = "X-CSRF-Token"
SIGN_IN = "/api/desk/sign-in"
SOCKET = "/ws/desk"
READING = frozenset({"GET", "HEAD"})

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def desk_check(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Lets through who is signed in; NotAllowed, Forbidden. The socket's handler asks itself, as it answers with closing codes."""
    route = route_of(request)
    if door_of(route) is not Door.DESK or route == SOCKET or request.match_info.http_exception is not None:
        return await handler(request)
    deed = request.method not in READING
    if deed and not is_own_origin(request, request.app[SETTINGS]):
        raise Forbidden("这个请求不是从客服工作台发来的，已拒绝")
    if route == SIGN_IN:
        return await handler(request)
    signed = await who(request, use=True)
    if signed is None:
        raise NotAllowed("请先登录")
    if deed and not hmac.compare_digest(request.headers.get(CSRF, "").encode(), signed.csrf.encode()):
        raise Forbidden("页面已过期，请刷新后再试")
    request.app[DEEDS_OF].take(signed.person.id, time.monotonic())
    request[SIGNED] = signed
    return await handler(request)


async def who(request: web.Request, *, use: bool) -> SignedIn | None:
    """Who the cookie stands for; None when nobody is signed in by it. StoreDown."""
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    return await request.app[SIGN_INS].who(token, datetime.now(timezone.utc), use=use)


async def is_at_desk(request: web.Request) -> bool:
    """Whether somebody signed in at the desk asks (for pictures)."""
    return await who(request, use=False) is not None


def with_cookie(request: web.Request, response: web.Response, token: str) -> web.Response:
    """The answer that signs the browser in."""
    response.set_cookie(
        COOKIE, token, max_age=COOKIE_S, path="/", httponly=True, samesite="Strict", secure=is_https(request, request.app[SETTINGS])
    )
    return response


def without_cookie(response: web.Response) -> web.Response:
    """The answer that signs the browser out."""
    response.del_cookie(COOKIE, path="/", httponly=True, samesite="Strict")
    return response
