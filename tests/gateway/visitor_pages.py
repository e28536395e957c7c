"""A customer's page as tests hold it: a real socket, every frame that comes held against the schema."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import uuid4

from aiohttp import ClientWebSocketResponse, WSMsgType
from gates import Gate
from jsonschema import Draft7Validator

from bot.gateway.visitor_frames import document
from bot.model import JSON

_SCHEMA = document()
OUT = Draft7Validator({**_SCHEMA["out"], "definitions": _SCHEMA["definitions"]})
WAIT_S = 10.0


@dataclass
class Page:
    """The socket, what came over it, and the code with which it closed."""

    socket: ClientWebSocketResponse
    token: str
    frames: list[JSON] = field(default_factory=list)
    unread: list[JSON] = field(default_factory=list)

    async def send(self, kind: str, **values: object) -> None:
        """A frame; the token goes along while nothing came back yet."""
        await self.socket.send_str(json.dumps({"type": kind, **values}))

    async def sync(self, after: int = 0) -> JSON:
        """The first frame, and `synced`."""
        await self.send("sync", token=self.token, after=after)
        return await self.until("synced")

    async def say(self, text: str, client_id: str | None = None) -> JSON:
        """A message and its ack."""
        client_id = client_id or uuid4().hex
        await self.send("message", client_id=client_id, text=text)
        return await self.until("ack", lambda frame: frame["client_id"] == client_id)

    async def next(self) -> JSON | None:
        """The next frame; None when the socket closed."""
        message = await self.socket.receive(WAIT_S)
        if message.type is not WSMsgType.TEXT:
            return None
        frame: JSON = json.loads(message.data)
        assert [error.message for error in OUT.iter_errors(frame)] == [], frame
        self.frames.append(frame)
        self.unread.append(frame)
        return frame

    async def until(self, kind: str, fits: Callable[[JSON], bool] = lambda _: True) -> JSON:
        """The first frame of that type, or event of that kind, which fits and was not asked for before."""
        while True:
            for frame in self.unread:
                if kind in (frame["type"], frame.get("kind")) and fits(frame):
                    self.unread.remove(frame)
                    return frame
            if await self.next() is None:
                raise AssertionError(f"closed with {self.socket.close_code} before {kind}")

    async def closed(self) -> int | None:
        """The code with which it closes."""
        while await self.next() is not None:
            pass
        return self.socket.close_code

    @property
    def events(self) -> list[JSON]:
        """The log as the page would show it."""
        return [frame for frame in self.frames if frame["type"] == "event"]


async def a_token(gate: Gate, old: str | None = None, **body: object) -> str:
    """A session."""
    answer = await gate.call("POST", "/api/visitor/sessions", key=old, json=body)
    assert answer.status == 200, await answer.text()
    token: str = (await answer.json())["token"]
    return token


@asynccontextmanager
async def a_page(gate: Gate, token: str | None = None, **headers: str) -> AsyncIterator[Page]:
    """A page that has sent nothing yet."""
    token = await a_token(gate) if token is None else token
    async with gate.client.ws_connect("/ws/visitor", headers=headers, autoping=True) as socket:
        yield Page(socket, token)


async def conversation_of(gate: Gate, token: str) -> str:
    """The conversation that the token names."""
    answer = await gate.call("POST", "/api/visitor/sessions", key=token)
    found: str = (await answer.json())["conversation"]
    return found


async def soon(holds: Callable[[], bool]) -> None:
    """Waits until it holds."""
    for _ in range(int(WAIT_S * 50)):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("not in time")
