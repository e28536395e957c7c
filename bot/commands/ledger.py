"""`python -m bot ledger`: does every accepted message have exactly one fate?"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys

from bot.embedded import Services, services
from bot.errors import StoreDown
from bot.model import JSON
from bot.services.ledger import Report, audit
from bot.settings import Settings
from bot.stores.record import Record
from bot.stores.redis_base import connect
from bot.stores.sql.archive import archived_events
from bot.stores.sql.pool import open_pool

HELP = "核对账本：收到 = 已答 + 排队 + 有人接 + 已结（+ 信箱里的）(ledger)"
PAGE = 5000


def arguments(parser: argparse.ArgumentParser) -> None:
    """Form of the answer, and whether PostgreSQL is read."""
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.add_argument("--redis-only", action="store_true", help="不读 PostgreSQL；已归档的按 Redis 里记下的合计算")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0 when it balances, 1 with a line per conversation and number when not."""
    with services(settings) as found:
        report = asyncio.run(_audit(settings, found, deep=not args.redis_only))
    if args.json:
        print(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        print(_sentence(report))
        for problem in report.problems:
            print(problem)
    return 0 if report.balanced else 1


async def _audit(settings: Settings, found: Services, *, deep: bool) -> Report:
    redis = connect(found.redis_url)
    try:
        record = Record(redis, settings.key_prefix)
        if not deep:
            return await audit(record)
        try:
            pool = await open_pool(found.database_url, max_size=1)
        except StoreDown as error:
            print(f"{error}；已归档的按 Redis 里记下的合计算", file=sys.stderr)
            return await audit(record)

        async def archived(conversation: str, up_to: int) -> list[JSON]:
            events: list[JSON] = []
            while len(events) < up_to:
                page = await archived_events(pool, conversation, after=len(events), limit=min(PAGE, up_to - len(events)))
                if not page:
                    break
                events += page
            return events

        try:
            return await audit(record, archived)
        finally:
            pool.terminate()
    finally:
        await redis.aclose()


def _sentence(report: Report) -> str:
    n = report.sums
    sums = f"已答 {n['answered']} + 排队 {n['queued']} + 有人接 {n['owned']} + 已结 {n['closed']} + 信箱 {n['mailbox']}"
    return (
        f"会话 {n['conversations']}，工单 {n['tickets']}（开着 {n['open_tickets']}）；"
        f"收到 {n['accepted']} = {sums}：{'平' if report.balanced else '不平'}"
    )
