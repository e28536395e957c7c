"""Importing orders: good lines in batches into PostgreSQL, bad ones listed with number and reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime

from bot.errors import StoreDown
from bot.model import JSON
from bot.shop.checks import moment
from bot.shop.lines import Line
from bot.stores.sql import audit
from bot.stores.sql import orders as table
from bot.stores.sql.pool import AWAY, Connection

BATCH = 1000
PROGRESS = 20_000
KEPT_REASONS = 1000


@dataclass
class Imported:
    """How an import went. `refused` and `repeated` hold the first so many; the counts are of all."""

    lines: int = 0
    written: int = 0
    refused_count: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)
    repeated_count: int = 0
    repeated: list[tuple[int, int]] = field(default_factory=list)
    """(earlier line, later line that won)"""
    removed: int = 0

    def refuse(self, no: int, reason: str) -> None:
        """Counts a refused line and keeps its reason while there is room."""
        self.refused_count += 1
        if len(self.refused) < KEPT_REASONS:
            self.refused.append((no, reason))


class Import:
    """One run over one file."""

    def __init__(self, connection: Connection, say: Callable[[str], None]) -> None:
        self._connection = connection
        self._say = say
        self._result = Imported()
        # Line by order number, both as int: a hundred bytes each, which a million orders can afford.
        self._seen: dict[int, int] = {}

    async def run(self, lines: Iterator[Line], *, replace: bool, who: str, now: datetime) -> Imported:
        """Writes the good lines; with `replace` they take the place of all orders, in one transaction. StoreDown."""
        try:
            async with AsyncExitStack() as stack:
                if replace:
                    whole = self._connection.transaction()
                    await stack.enter_async_context(whole)
                    self._result.removed = await table.empty(self._connection)
                await self._all(lines)
                if replace and not self._result.written:
                    raise _NothingGood
                if self._result.lines:
                    await self._leave_trace(who, now, replace)
        except _NothingGood:
            self._result.removed = 0
        except AWAY as error:
            done = 0 if replace else self._result.written
            raise StoreDown(f"PostgreSQL 中途断开：已导入 {done} 条，其余没有导入；恢复后再运行一次同样的命令即可") from error
        self._result.refused.sort()
        return self._result

    async def _all(self, lines: Iterator[Line]) -> None:
        batch: dict[str, tuple[int, JSON]] = {}
        for line in lines:
            self._result.lines += 1
            if line.data is None:
                self._result.refuse(line.no, line.reason)
            else:
                self._take(batch, line.no, line.data)
            if len(batch) >= BATCH:
                await self._flush(batch)
            if self._result.lines % PROGRESS == 0:
                self._say(f"已读 {self._result.lines} 行，导入 {self._result.written} 条……")
        await self._flush(batch)

    def _take(self, batch: dict[str, tuple[int, JSON]], no: int, data: JSON) -> None:
        earlier = batch.get(data["order_no"])
        if earlier is not None and earlier[1]["buyer_id"] != data["buyer_id"]:
            self._result.refuse(no, _OTHER_BUYER)
            return
        number = int(data["order_no"])
        if len(data["order_no"]) == 19:
            # 018-digit and 18-digit numbers are different orders; the sign keeps them apart.
            number = -number - 1
        seen = self._seen.get(number)
        if seen is not None:
            self._result.repeated_count += 1
            if len(self._result.repeated) < KEPT_REASONS:
                self._result.repeated.append((seen, no))
        self._seen[number] = no
        batch[data["order_no"]] = (no, data)

    async def _flush(self, batch: dict[str, tuple[int, JSON]]) -> None:
        if not batch:
            return
        async with self._connection.transaction():
            written = await table.upsert(self._connection, (table.Row(data, moment(data.get("placed_at"))) for _, data in batch.values()))
        self._result.written += len(written)
        for order_no, (no, _) in batch.items():
            if order_no not in written:
                self._result.refuse(no, _OTHER_BUYER)
        batch.clear()

    async def _leave_trace(self, who: str, now: datetime, replace: bool) -> None:
        result = self._result
        facts = {"v": 1, "lines": result.lines, "written": result.written, "refused": result.refused_count, "replace": replace}
        async with self._connection.transaction():
            await audit.append(self._connection, who, "orders_imported", facts, now=now)


class _NothingGood(Exception):
    """Nothing to put in place of the old orders: roll their removal back."""


_OTHER_BUYER = "这个订单号已属于另一个买家（buyer_id 不能改）"
