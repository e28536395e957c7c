"""A socket's own part: what waits is bounded, order is kept, closing takes bounded time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType, web
from aiohttp.test_utils import TestClient, TestServer

from bot.gateway.frames import Ping, by_type
from bot.gateway.socket import MOST_FRAMES, Close, Socket
from bot.gateway.sockets import Sockets
from bot.settings import load

MODELS = by_type(Ping)


@asynccontextmanager
async def a_socket(use: Callable[[Socket], Awaitable[None]]) -> AsyncIterator[ClientWebSocketResponse]:
    """A client of a server that does `use` with its socket."""
    sockets = Sockets(load({}))

    async def handler(request: web.Request) -> web.StreamResponse:
        async with sockets.open(request, MODELS, without_origin=True) as socket:
            await use(socket)
        return socket.response

    app = web.Application()
    app.router.add_get("/", handler)
    async with TestClient(TestServer(app)) as client, client.ws_connect("/", max_msg_size=0) as ws:
        yield ws


async def test_frames_come_in_the_order_in_which_they_were_sent() -> None:
    async def use(socket: Socket) -> None:
        for n in range(500):
            socket.send({"n": n})
        await socket.close(Close.GOING_AWAY, "done")

    async with a_socket(use) as client:
        numbers = [message.json()["n"] async for message in client]
    assert (numbers, client.close_code) == (list(range(500)), 1001)


@pytest.mark.parametrize(("frames", "size"), [(MOST_FRAMES + 1, 10), (40, 200_000)])
async def test_a_reader_that_takes_nothing_is_closed_and_costs_no_more(frames: int, size: int) -> None:
    ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def use(socket: Socket) -> None:
        for _ in range(frames):
            socket.send(b'"' + b"x" * size + b'"')
        ended.set_result(len(socket._waiting))
        await socket.serve(_nothing)

    async with a_socket(use) as client:
        assert await asyncio.wait_for(ended, 10) == 0
        while (await client.receive(20)).type is WSMsgType.TEXT:
            pass
    assert client.close_code == 4410


async def test_a_peer_that_does_not_even_read_the_closing_is_cut() -> None:
    over = asyncio.Event()

    async def use(socket: Socket) -> None:
        for _ in range(35):
            socket.send(b'"' + b"x" * 100_000 + b'"')
        try:
            await socket.close(Close.TOO_SLOW, "reader too slow")
        finally:
            over.set()

    async with a_socket(use) as client:
        assert client._conn is not None and client._conn.transport is not None
        client._conn.transport.pause_reading()  # type: ignore[attr-defined]
        await asyncio.wait_for(over.wait(), 20)
        client._conn.transport.abort()  # type: ignore[attr-defined]


async def test_the_unforeseen_becomes_a_reference_number(capsys: pytest.CaptureFixture[str]) -> None:
    async def breaks(_frame: object) -> None:
        raise RuntimeError("13812345678")

    async with a_socket(lambda socket: socket.serve(breaks)) as client:
        await client.send_str('{"type":"ping"}')
        error = await client.receive_json()
    assert (error["code"], "13812345678" in str(error)) == ("internal", False)
    assert "13812345678" not in capsys.readouterr().out


async def _nothing(_frame: object) -> None:
    return
