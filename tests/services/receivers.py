"""A shop's receiver of webhooks as a small real server: what it answers is set by the test."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.model import JSON

SECRET = "a-secret-that-nobody-can-guess-0123456789"


@dataclass
class Receiver:
    """Keeps what arrived; the next answers come from `answers`, then 200."""

    answers: list[int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""

    async def hook(self, request: web.Request) -> web.Response:
        """POST /hooks"""
        body = await request.read()
        self.got.append((dict(request.headers), body))
        self.came.set()
        await self.go_on.wait()
        status = self.answers.pop(0) if self.answers else 200
        return web.Response(status=status, headers={"Location": "/elsewhere"} if 300 <= status < 400 else {})

    async def elsewhere(self, _request: web.Request) -> web.Response:
        """Where nobody may be sent."""
        self.got.append(({}, b"followed"))
        return web.Response()

    @property
    def bodies(self) -> list[JSON]:
        return [json.loads(body) for _, body in self.got]

    @property
    def told(self) -> list[str]:
        """The events in the order in which they came."""
        return [body["event"] for body in self.bodies]


def is_signed(headers: dict[str, str], body: bytes, secret: str = SECRET) -> bool:
    """As docs/webhooks.md shows it."""
    parts = dict(part.split("=", 1) for part in headers["X-Qiantai-Signature"].split(","))
    wanted = hmac.new(secret.encode(), parts["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted, parts["v1"])


@asynccontextmanager
async def a_receiver(*answers: int) -> AsyncIterator[Receiver]:
    """The server, listening."""
    receiver = Receiver(list(answers))
    receiver.go_on.set()
    app = web.Application()
    app.add_routes([web.post("/hooks", receiver.hook), web.route("*", "/elsewhere", receiver.elsewhere)])
    async with TestServer(app, host="127.0.0.1") as server:
        receiver.url = str(server.make_url("/hooks?token=hush"))
        yield receiver
