"""One browser's socket: frames in, checked; frames out, in order, with a bound on what may wait; closing codes with a meaning.

Beside aiohttp's task that reads, a socket has a task that writes only while there is something to write: most sockets are silent most
of the time, and a gateway holds thousands of them.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from enum import IntEnum
from typing import Any

import structlog
from aiohttp import WSMsgType, web

from bot.errors import BotError
from bot.gateway.frames import MAX_FRAME_BYTES, BadFrame, Frame, encode, error_frame, read
from bot.model import JSON
from bot.services.traces import where

MOST_FRAMES = 1000
MOST_BYTES = 4 * 1024 * 1024
SILENT_S = 60.0
"""A peer that answers no ping for so long is dropped."""
BAD_FRAMES = 20
BAD_WITHIN_S = 60.0
CLOSE_S = 3.0
"""How long a peer may take over the closing handshake."""

log = structlog.get_logger("gateway")


class Close(IntEnum):
    """Why a socket closes (docs/live.md §1)."""

    GOING_AWAY = 1001
    NOT_OUR_PROTOCOL = 4400
    NO_SESSION = 4401
    FORBIDDEN = 4403
    NO_FIRST_FRAME = 4408
    TOO_SLOW = 4410
    TOO_MANY_SOCKETS = 4429


Handle = Callable[[Any], Awaitable[None]]


class Socket:
    """A socket after its upgrade; `models` are the frames it takes. Sockets.open() makes one."""

    def __init__(self, request: web.Request, models: Mapping[str, type[Frame]]) -> None:
        self.response = web.WebSocketResponse(
            heartbeat=SILENT_S * 2 / 3,  # the answer is waited for half as long again
            timeout=CLOSE_S,
            compress=False,  # a window of 64 KB each would be the most of a socket's memory
            max_msg_size=MAX_FRAME_BYTES,
            decode_text=False,
        )
        self._request = request
        self._models = models
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._writer: asyncio.Task[None] | None = None
        self._closer: asyncio.Task[None] | None = None
        self._bad: deque[float] = deque(maxlen=BAD_FRAMES)

    def send(self, frame: JSON | bytes) -> None:
        """Puts a frame in line, encoded already when many get the same. A reader that lets too much wait is closed."""
        if self._closer is not None or self.response.closed:
            return
        encoded = frame if isinstance(frame, bytes) else encode(frame)
        self._waiting.append(encoded)
        self._bytes += len(encoded)
        if len(self._waiting) > MOST_FRAMES or self._bytes > MOST_BYTES:
            self._drop_waiting()
            self.close_soon(Close.TOO_SLOW, "reader too slow")
        elif self._writer is None:
            self._writer = asyncio.create_task(self._write())

    async def first(self, within_s: float) -> Frame | None:
        """The first frame that is one of ours; None when the socket is closed: by the peer, or for sending none in time."""
        try:
            return await asyncio.wait_for(self._next(), within_s)
        except asyncio.TimeoutError:
            await self.close(Close.NO_FIRST_FRAME, "no first frame")
            return None

    async def serve(self, handle: Handle) -> None:
        """Every further frame to `handle`, one after the other, until the socket is closed."""
        while (frame := await self._next()) is not None:
            await self.answer(handle, frame)

    async def answer(self, handle: Handle, frame: Frame) -> None:
        """One frame to `handle`; what it raises becomes an `error` frame, the unforeseen a reference number."""
        try:
            await handle(frame)
        except BotError as error:
            self.send(error_frame(error, frame.id_of_client))
        except Exception as error:
            reference = secrets.token_hex(8)
            log.error("unforeseen", id=reference, frame=type(frame).__name__, where=where(error))
            known = BotError(f"服务内部出错，参考号 {reference}")
            self.send(error_frame(known, frame.id_of_client) | {"code": "internal"})

    def close_soon(self, code: Close, why: str) -> None:
        """Begins to close, once; what is in line is still written when the peer takes it at once."""
        if self._closer is None:
            self._closer = asyncio.create_task(self._close(code, why))

    async def close(self, code: Close, why: str) -> None:
        """Closes and returns when that is over, in bounded time."""
        self.close_soon(code, why)
        assert self._closer is not None
        await asyncio.shield(self._closer)

    async def end(self) -> None:
        """What is left to do when nobody reads the socket any more."""
        if self._closer is not None:
            await asyncio.wait({self._closer})
        elif not self.response.closed:
            with suppress(ConnectionError):
                await self.response.close()

    async def _next(self) -> Frame | None:
        while True:
            message = await self.response.receive()
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return None
            try:
                if message.type is WSMsgType.BINARY:
                    raise BadFrame("一帧要是文本")
                return read(message.data, self._models)
            except BadFrame as error:
                self.send(error_frame(error))
                if self._is_one_too_many(time.monotonic()):
                    await self.close(Close.NOT_OUR_PROTOCOL, "not this protocol")
                    return None

    def _is_one_too_many(self, now: float) -> bool:
        self._bad.append(now)
        return len(self._bad) == BAD_FRAMES and now - self._bad[0] <= BAD_WITHIN_S

    async def _write(self) -> None:
        try:
            while self._waiting:
                frame = self._waiting[0]
                await self.response.send_frame(frame, WSMsgType.TEXT)
                # Counted until it is out, so that a peer who takes nothing is found; closing may have emptied the line meanwhile.
                if self._waiting:
                    self._waiting.popleft()
                    self._bytes -= len(frame)
        except (ConnectionError, RuntimeError):
            self._drop_waiting()  # The peer is gone; the task that reads hears of it, too.
        finally:
            self._writer = None

    def _drop_waiting(self) -> None:
        self._waiting.clear()
        self._bytes = 0

    async def _close(self, code: Close, why: str) -> None:
        if self._writer is not None:
            await asyncio.wait({self._writer}, timeout=CLOSE_S / 3)
        ending = asyncio.create_task(self.response.close(code=code, message=why.encode()))
        await asyncio.wait({ending}, timeout=CLOSE_S + 1)
        if not ending.done():
            # The peer reads nothing, not even that we close.
            ending.cancel()
            if self._request.transport is not None:
                self._request.transport.abort()
        with suppress(asyncio.CancelledError, Exception):
            await ending
        if self._writer is not None:
            self._writer.cancel()
        self._drop_waiting()
