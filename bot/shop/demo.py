"""The demo shop: hand-made orders, loaded once into an empty database, moved in time so that they are fresh."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import asyncpg

from bot.errors import DataError, StoreDown
from bot.model import JSON
from bot.shop.checks import moment
from bot.shop.lines import read_lines
from bot.stores.sql import orders as table
from bot.stores.sql.pool import AWAY

FILE = "shop/demo_orders.jsonl"
# The newest demo order was placed so long before the first start, at most an hour more.
FRESH = timedelta(hours=2)
SHOP_ZONE = timezone(timedelta(hours=8))


async def load_demo(database_url: str, data_dir: Path, *, now: datetime | None = None) -> int:
    """How many demo orders were loaded: none when orders were ever there, or the file is not. DataError, StoreDown."""
    path = Path(data_dir) / FILE
    if not path.exists():
        return 0
    orders = moved(read_demo(path), now or datetime.now(timezone.utc))
    try:
        connection = await asyncpg.connect(database_url, timeout=10.0)
        try:
            async with connection.transaction():
                if await table.ever_filled(connection):
                    return 0
                return len(await table.upsert(connection, (table.Row(order, moment(order.get("placed_at"))) for order in orders)))
        finally:
            connection.terminate()
    except AWAY as error:
        raise StoreDown(f"连不上 PostgreSQL，没有载入演示订单（{type(error).__name__}）") from error


def read_demo(path: Path) -> list[JSON]:
    """The file's orders; DataError with every bad line."""
    with path.open("rb") as stream:
        lines = list(read_lines(stream))
    wrong = [f"{path}:{line.no}: {line.reason}" for line in lines if line.reason]
    if wrong:
        raise DataError(wrong)
    return [line.data for line in lines if line.data is not None]


def moved(orders: Sequence[JSON], now: datetime) -> list[JSON]:
    """All times moved by the same whole hours, so that the newest order was placed two to three hours before `now`."""
    placed = [at for order in orders if (at := moment(order.get("placed_at"))) is not None]
    if not placed:
        return list(orders)
    hours = (now - FRESH - max(placed)) // timedelta(hours=1)
    return [_moved(order, timedelta(hours=hours)) for order in orders]


def _moved(value: Any, by: timedelta) -> Any:
    """The value with every time in it moved: those are the keys `at` and `…_at`."""
    if isinstance(value, list):
        return [_moved(item, by) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: _later(inner, by) if _is_time(key, inner) else _moved(inner, by) for key, inner in value.items()}


def _is_time(key: str, value: object) -> bool:
    return isinstance(value, str) and (key == "at" or key.endswith("_at"))


def _later(text: str, by: timedelta) -> str:
    at = moment(text)
    return text if at is None else (at + by).astimezone(SHOP_ZONE).isoformat()
