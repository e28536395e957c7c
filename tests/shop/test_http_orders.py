from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.errors import StoreDown
from bot.shop.http_orders import MAX_BYTES, HttpOrders
from tests.shop.orders_for_tests import an_order

KEY = "shop-key"


class Shop:
    """A shop's system as a small real server: what it answers is set by the test."""

    def __init__(self) -> None:
        self.answer: Any = []
        self.status = 200
        self.body: bytes | None = None
        self.packed = False
        self.charset: str | None = None
        self.slow = asyncio.Event()
        self.slow.set()
        self.paths: list[str] = []

    async def orders(self, request: web.Request) -> web.StreamResponse:
        self.paths.append(request.raw_path)
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return web.Response(status=401)
        await self.slow.wait()
        body = self.body if self.body is not None else json.dumps(self.answer).encode()
        response = web.Response(status=self.status, body=body, content_type="application/json", charset=self.charset)
        if self.packed:
            response.enable_compression()
        return response


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest_asyncio.fixture
async def shop() -> AsyncIterator[tuple[Shop, str]]:
    it = Shop()
    app = web.Application()
    app.router.add_get("/api/buyers/{buyer}/orders", it.orders)
    async with TestServer(app, host="127.0.0.1") as server:
        yield it, str(server.make_url("/api/"))
        it.slow.set()


@pytest_asyncio.fixture
async def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def orders(shop: tuple[Shop, str], clock: Clock) -> AsyncIterator[HttpOrders]:
    it = HttpOrders(shop[1], KEY, timeout_s=0.5, clock=clock)
    yield it
    await it.close()


async def test_a_list_and_an_object_with_orders_are_both_read_newest_first(shop: tuple[Shop, str], orders: HttpOrders) -> None:
    older, newer = an_order(1), an_order(2, placed_at="2026-11-12T00:00:00+08:00")
    for answer in ([older, newer], {"orders": [older, newer]}):
        shop[0].answer = answer
        assert [order.raw for order in await orders.recent("b1")] == [newer, older]


async def test_at_most_twenty_are_taken(shop: tuple[Shop, str], orders: HttpOrders) -> None:
    shop[0].answer = [an_order(n) for n in range(30)]
    assert len(await orders.recent("b1")) == 20


async def test_bad_orders_and_other_buyers_orders_are_left_out(shop: tuple[Shop, str], orders: HttpOrders) -> None:
    shop[0].answer = [an_order(1), an_order(2, state="?"), "text", None, an_order(3, buyer_id="b2")]
    assert [order.raw for order in await orders.recent("b1")] == [an_order(1)]


async def test_an_unknown_buyer_has_no_orders(shop: tuple[Shop, str], orders: HttpOrders) -> None:
    shop[0].status = 404
    assert await orders.recent("b1") == ()


async def test_a_buyers_name_cannot_change_the_path(shop: tuple[Shop, str], orders: HttpOrders) -> None:
    await orders.recent("../admin?x=1#买")
    assert shop[0].paths == ["/api/buyers/..%2Fadmin%3Fx%3D1%23%E4%B9%B0/orders"]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"[]"),
        (302, b"[]"),
        (200, b'[{"order_no": "5126'),
        (200, b"<html>"),
        (200, b"\xff\xfe"),
        (200, b"3"),
        (200, b'{"orders": null}'),
        (200, b"[" * 100_000),
    ],
)
async def test_no_proper_answer_is_store_down(shop: tuple[Shop, str], orders: HttpOrders, status: int, body: bytes) -> None:
    shop[0].status, shop[0].body = status, body
    with pytest.raises(StoreDown):
        await orders.recent("b1")


async def test_an_answer_without_a_length_that_does_not_end_is_store_down(shop: tuple[Shop, str], orders: HttpOrders) -> None:
    shop[0].packed, shop[0].body = True, b"[" + b" " * (MAX_BYTES + 1) + b"]"
    with pytest.raises(StoreDown, match="too long"):
        await orders.recent("b1")


async def test_an_answer_in_the_encoding_it_names_is_read(shop: tuple[Shop, str], orders: HttpOrders) -> None:
    shop[0].body, shop[0].charset = json.dumps([an_order(1)], ensure_ascii=False).encode("gbk"), "gbk"
    assert [order.raw for order in await orders.recent("b1")] == [an_order(1)]
    shop[0].charset = "no-such"
    with pytest.raises(StoreDown):
        await orders.recent("b1")


async def test_a_wrong_key_and_a_missing_system_are_store_down(shop: tuple[Shop, str], unused_tcp_port: int) -> None:
    for url, key in ((shop[1], "wrong"), (f"http://127.0.0.1:{unused_tcp_port}", KEY)):
        orders = HttpOrders(url, key)
        with pytest.raises(StoreDown):
            await orders.recent("b1")
        await orders.close()


async def test_a_slow_system_is_store_down(shop: tuple[Shop, str], orders: HttpOrders) -> None:
    shop[0].slow.clear()
    with pytest.raises(StoreDown):
        await orders.recent("b1")


async def test_after_five_failures_the_system_is_left_alone_and_one_probe_brings_it_back(
    shop: tuple[Shop, str], orders: HttpOrders, clock: Clock
) -> None:
    shop[0].status = 500
    for _ in range(8):
        with pytest.raises(StoreDown):
            await orders.recent("b1")
    assert len(shop[0].paths) == 5
    shop[0].status = 200
    clock.now += 10
    assert await orders.recent("b1") == ()
    assert await orders.recent("b1") == ()
    assert len(shop[0].paths) == 7
