"""`python -m bot shop import FILE [--replace]`: the shop's orders into PostgreSQL."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import BinaryIO

import asyncpg

from bot.embedded import services
from bot.errors import BadInput, StoreDown
from bot.settings import Settings
from bot.shop.importing import Import, Imported
from bot.shop.lines import read_lines
from bot.stores.sql.migrate import migrate
from bot.stores.sql.pool import AWAY

HELP = "导入店铺订单：shop import FILE [--replace] (import the shop's orders)"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The sub-command."""
    commands = parser.add_subparsers(dest="what", required=True, metavar="import")
    add = commands.add_parser("import", help="导入订单文件：每行一个 JSON 订单，UTF-8；坏行报告行号和原因，其余照常导入")
    add.add_argument("file", metavar="FILE", help="订单文件（.jsonl）；- 表示标准输入")
    add.add_argument("--replace", action="store_true", help="用这个文件替换全部旧订单（包括演示订单），一步完成")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0 when all lines were imported, 1 when some were refused or there were none; BotError when nothing could be done."""
    with _opened(args.file) as stream, services(settings) as found:
        result = asyncio.run(_import(stream, found.database_url, args.replace))
    if settings.orders_url:
        _say("注意：设置了 QIANTAI_ORDERS_URL，机器人查的是店铺自己的订单系统，不是导入的订单")
    return report(result)


async def _import(stream: BinaryIO, database_url: str, replace: bool) -> Imported:
    await migrate(database_url)
    try:
        connection = await asyncpg.connect(database_url, timeout=10.0)
    except AWAY as error:
        raise StoreDown(f"连不上 PostgreSQL，没有导入（{type(error).__name__}）") from error
    try:
        lines = read_lines(stream)
        return await Import(connection, _say).run(lines, replace=replace, who="cli", now=datetime.now(timezone.utc))
    finally:
        connection.terminate()


def report(result: Imported) -> int:
    """Says how it went, bad lines to stderr; the exit code."""
    for no, reason in result.refused:
        _say(f"第 {no} 行：{reason}")
    if result.refused_count > len(result.refused):
        _say(f"……还有 {result.refused_count - len(result.refused)} 行有问题，没有列出")
    for earlier, later in result.repeated[:20]:
        _say(f"第 {later} 行：订单号和第 {earlier} 行重复，以第 {later} 行为准")
    if result.repeated_count > 20:
        _say(f"……共有 {result.repeated_count} 行订单号重复，都以后面的为准")
    if not result.lines:
        _say("文件里没有订单（空文件）；旧订单没有变")
        return 1
    replaced = f"，替换了原来的 {result.removed} 条" if result.removed else ""
    print(f"导入 {result.written} 条{replaced}；拒绝 {result.refused_count} 行")
    return 1 if result.refused_count else 0


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = Path(name).open("rb")  # noqa: SIM115 (closed below; opening alone may fail here)
    except OSError as error:
        raise BadInput(f"读不了文件 {name}：{error.strerror}") from None
    with stream:
        yield stream


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)
