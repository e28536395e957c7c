"""All sockets of this process: who may open one, how many from one person or address, and the end of them all."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager

from aiohttp import web

from bot.gateway.frames import Frame
from bot.gateway.origins import address_of, is_own_origin
from bot.gateway.socket import Close, Socket
from bot.settings import Settings


class Sockets:
    """The open sockets; `open` is the way in for visitors and desk alike."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._open: set[Socket] = set()
        self._from: Counter[str] = Counter()
        self._of: Counter[str] = Counter()
        self._stopping = False

    @asynccontextmanager
    async def open(self, request: web.Request, models: Mapping[str, type[Frame]], *, without_origin: bool) -> AsyncIterator[Socket]:
        """The socket after its upgrade, closed already when it was refused: a browser hears a closing code, but no HTTP status.

        `without_origin`: whether a client that is no browser may come in, because a token in the first frame says who it is.
        """
        socket, address = Socket(request, models), address_of(request, self._settings)
        await socket.response.prepare(request)
        refused = self._refusal(request, address, without_origin)
        self._open.add(socket)
        self._from[address] += 1
        try:
            if refused is not None:
                await socket.close(*refused)
            yield socket
        finally:
            self._open.discard(socket)
            _less(self._from, address)
            await socket.end()

    @contextmanager
    def counted(self, person: str, most: int) -> Iterator[bool]:
        """Counts one more socket of this person while it lasts; False when that is more than `most`."""
        self._of[person] += 1
        try:
            yield self._of[person] <= most
        finally:
            _less(self._of, person)

    async def close_all(self) -> None:
        """Ends every socket with 1001, all at the same time: the pages come back, to another gateway."""
        self._stopping = True
        await asyncio.gather(*(socket.close(Close.GOING_AWAY, "gateway stops") for socket in tuple(self._open)))

    def __len__(self) -> int:
        return len(self._open)

    def _refusal(self, request: web.Request, address: str, without_origin: bool) -> tuple[Close, str] | None:
        if self._stopping:
            return Close.GOING_AWAY, "gateway stops"
        if not (without_origin and "Origin" not in request.headers) and not is_own_origin(request, self._settings):
            return Close.FORBIDDEN, "foreign origin"
        most = self._settings.sockets_per_address
        if most and self._from[address] >= most:
            return Close.TOO_MANY_SOCKETS, "too many sockets from this address"
        return None


def _less(counter: Counter[str], key: str) -> None:
    counter[key] -= 1
    if counter[key] <= 0:
        del counter[key]
