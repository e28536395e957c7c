"""Around every handler: request id, one shape for errors, security headers, the door, one log line.

The log and the answers carry ids and routes, never the words of a customer.
"""

from __future__ import annotations

import re
import secrets
import time
import traceback
from collections.abc import Awaitable, Callable
from ipaddress import ip_address

import structlog
from aiohttp import web

from bot.errors import BotError, NotAllowed, TooLong
from bot.gateway.answers import error_answer
from bot.gateway.doors import VISITOR, Door, bearer, door_of
from bot.gateway.keys import KEYS, METERS, SETTINGS, TOKENS

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

REQUEST_ID = web.RequestKey("request_id", str)
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
RETRY_AFTER_S = 2

_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_HTTP = {
    401: ("not_allowed", "没有权限"),
    404: ("not_found", "没有这个地址，见 /api/openapi.json"),
    405: ("method_not_allowed", "这个地址不支持该方法，见 /api/openapi.json"),
    413: ("too_long", "请求正文太大"),
}

log = structlog.get_logger("gateway")


@web.middleware
async def request_id(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The caller's X-Request-Id when it is plain, else a new one; measured, logged, counted."""
    given = request.headers.get("X-Request-Id", "")
    request[REQUEST_ID] = given if _GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
    start = time.perf_counter()
    response = await handler(request)
    seconds = time.perf_counter() - start
    _dress(request, response)
    route = route_of(request)
    request.app[METERS].request(route, request.method, response.status, None if isinstance(response, web.WebSocketResponse) else seconds)
    # Machines ask these every second; what they hear is in the metrics.
    if route not in PROBES:
        log.info("request", id=request[REQUEST_ID], method=request.method, route=route, status=response.status, ms=round(seconds * 1000, 1))
    return response


@web.middleware
async def one_error_shape(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Known errors with their code and status; the unforeseen as a reference number, its text nowhere."""
    try:
        return await handler(request)
    except BotError as error:
        answer = error_answer(error.status, error.code, str(error))
        wait_s = getattr(error, "retry_after_s", RETRY_AFTER_S if error.status == 503 else None)
        if wait_s is not None:
            answer.headers["Retry-After"] = str(wait_s)
        return answer
    except web.HTTPException as error:
        if error.status < 400:
            raise
        code, sentence = _HTTP.get(error.status, (f"http_{error.status}", "请求不能处理"))
        answer = error_answer(error.status, code, sentence)
        if "Allow" in error.headers:
            answer.headers["Allow"] = error.headers["Allow"]
        return answer
    except Exception as error:
        # Frames only: the exception's text may hold what a customer wrote.
        frames = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)][-8:]
        log.error("unforeseen", id=request[REQUEST_ID], route=route_of(request), kind=type(error).__name__, frames=frames)
        return error_answer(500, "internal", f"服务内部出错，参考号 {request[REQUEST_ID]}")


@web.middleware
async def body_limit(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuses a body that says it is too large before reading it; aiohttp stops the ones that do not say."""
    most = request.app[SETTINGS].max_body_bytes
    if request.content_length is not None and request.content_length > most:
        raise TooLong(f"请求正文有 {request.content_length} 字节，最多 {most} 字节")
    return await handler(request)


@web.middleware
async def door_check(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every known route wants what its door wants (doors.py); the desk's door is desk_door.py's."""
    door = door_of(route_of(request))
    if request.match_info.http_exception is not None:
        return await handler(request)
    if door is Door.VISITOR:
        request[VISITOR] = request.app[TOKENS].read(bearer(request))
    if door is Door.KEY or (door is Door.LOOPBACK_OR_KEY and not is_loopback(request)):
        key = bearer(request)
        if key is None:
            raise NotAllowed("需要密钥：请求头 Authorization: Bearer <key>")
        if not await request.app[KEYS].check(key):
            raise NotAllowed("密钥无效或已停用")
    return await handler(request)


def is_loopback(request: web.Request) -> bool:
    """True for a caller on this machine that no proxy stands in front of."""
    try:
        address = ip_address(request.remote or "")
    except ValueError:
        return False
    return address.is_loopback and not {"X-Forwarded-For", "Forwarded", "X-Real-IP"} & set(request.headers)


def route_of(request: web.Request) -> str:
    """The route's pattern, `/api/conversations/{sender}`: the path itself would carry the sender into logs and metrics."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "(none)"


def _dress(request: web.Request, response: web.StreamResponse) -> None:
    response.headers["X-Request-Id"] = request[REQUEST_ID]
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Server"] = "qiantai"
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
