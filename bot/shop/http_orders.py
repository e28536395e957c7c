"""The shop's own order system over HTTP: GET {url}/buyers/{buyer_id}/orders with a Bearer key."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from time import monotonic
from typing import Any
from urllib.parse import quote

import aiohttp
import structlog

from bot.errors import StoreDown
from bot.model import JSON, Order
from bot.shop.breaker import Breaker
from bot.shop.checks import may_be_buyer
from bot.shop.read import problems, trusted_order

MOST = 20
MAX_BYTES = 4_000_000

log = structlog.get_logger()


class HttpOrders:
    """Asks the shop's system; a circuit breaker keeps a system that is down from slowing every turn."""

    def __init__(
        self, url: str, key: str, timeout_s: float = 1.5, breaker: Breaker | None = None, clock: Callable[[], float] = monotonic
    ) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._timeout_s = timeout_s
        self._breaker = breaker or Breaker()
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None

    async def recent(self, buyer_id: str) -> tuple[Order, ...]:
        """The buyer's orders, newest first, at most 20; none for an unknown buyer. StoreDown."""
        if not may_be_buyer(buyer_id):
            return ()
        self._breaker, ask = self._breaker.ask(self._clock())
        if not ask:
            raise StoreDown("订单系统连续出错，暂停查询几秒")
        try:
            answer = await asyncio.wait_for(self._get(buyer_id), self._timeout_s)
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError, LookupError, RecursionError) as error:
            self._breaker = self._breaker.failed(self._clock())
            log.warning("orders_system_failed", reason=_reason(error))
            raise StoreDown(f"查订单：订单系统没有给出答案（{_reason(error)}）") from error
        self._breaker = self._breaker.succeeded()
        return _orders(answer, buyer_id)

    async def close(self) -> None:
        """Closes the connections."""
        if self._session is not None:
            await self._session.close()

    async def _get(self, buyer_id: str) -> list[Any]:
        if self._session is None:
            self._session = aiohttp.ClientSession(headers={"Authorization": f"Bearer {self._key}", "Accept": "application/json"})
        # No redirects: they could carry the key to another host.
        url = f"{self._url}/buyers/{quote(buyer_id, safe='')}/orders"
        async with self._session.get(_encoded(url), allow_redirects=False) as response:
            if response.status == 404:
                return []
            if response.status != 200:
                raise ValueError(f"HTTP {response.status}")
            text = await _text(response)
        body = json.loads(text)
        orders = body.get("orders") if isinstance(body, dict) else body
        if not isinstance(orders, list):
            raise ValueError("answer is no list of orders")
        return orders


async def _text(response: aiohttp.ClientResponse) -> str:
    """The body; ValueError once it is longer than MAX_BYTES, unpacked and whatever its header says."""
    body = bytearray()
    async for piece in response.content.iter_chunked(65_536):
        body += piece
        if len(body) > MAX_BYTES:
            raise ValueError("answer too long")
    return body.decode(response.charset or "utf-8")


def _encoded(url: str) -> Any:
    from yarl import URL  # aiohttp's own; `encoded` keeps a buyer's slash from becoming a path.

    return URL(url, encoded=True)


def _orders(answer: list[Any], buyer_id: str) -> tuple[Order, ...]:
    orders = [trusted_order(data) for data in answer if _is_good(data, buyer_id)]
    orders.sort(key=lambda order: (order.placed_at.timestamp() if order.placed_at else 0.0, order.order_no), reverse=True)
    return tuple(orders[:MOST])


def _is_good(data: JSON, buyer_id: str) -> bool:
    wrong = problems(data)
    # Whatever the system answers: nobody is told another buyer's order.
    if not wrong and data["buyer_id"] != buyer_id:
        wrong = ["buyer_id 不是所问的买家"]
    if wrong:
        log.warning("order_left_out", reasons=wrong[:5])
    return not wrong


def _reason(error: BaseException) -> str:
    return str(error) if isinstance(error, ValueError) and str(error).startswith(("HTTP", "answer")) else type(error).__name__
