"""`python -m bot bench`: what a turn costs, beside stock Rasa in the same run; a table and JSON."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

from bot.quiet import quietly
from bot.settings import Settings

HELP = "性能：每轮的 CPU、每秒轮数、长会话、内存，与原装 Rasa 同场比较 (benchmark)"
TURNS = 300
LOAD_TURNS = 2000


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to leave out, and where the JSON goes."""
    parser.add_argument("--no-stock", action="store_true", help="不训练、不测原装 Rasa（它要训练几分钟）")
    parser.add_argument("--no-desk", action="store_true", help="只测进程内的一轮，不起 worker 和网关")
    parser.add_argument("--json", type=Path, metavar="FILE", help="JSON 另存到这个文件")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0 after the table; the numbers are told, not judged: machines differ, ratios count."""
    with quietly():
        return _run(args, settings)


def _run(args: argparse.Namespace, settings: Settings) -> int:
    from bot.bench import texts

    lines = texts.sample(settings.data_dir, TURNS)
    report: dict[str, Any] = {"turns": len(lines)}
    report["ours"] = _ours(settings, lines)
    _say("一轮测完 (turns measured)")
    if not args.no_desk:
        report["desk"] = _desk(settings, texts.sample(settings.data_dir, LOAD_TURNS))
        _say("负载测完 (load measured)")
    if not args.no_stock:
        _say("训练原装 Rasa，约几分钟 … (training stock Rasa)")
        report["stock"] = _stock(settings, lines)
        report["ratio"] = {"turn": round(report["stock"]["turn_ms"] / report["ours"]["turn_ms"], 2)}
    _table(report)
    text = json.dumps(report, ensure_ascii=False)
    print(text)
    if args.json:
        args.json.write_text(text + "\n", encoding="utf-8")
    return 0


def _ours(settings: Settings, lines: list[str]) -> dict[str, float]:
    from bot.bench import ours

    measured = ours.measure(settings.model_dir, settings.data_dir, lines)
    return _rounded(dataclasses.asdict(measured) | {"growth": measured.growth})


def _desk(settings: Settings, lines: list[str]) -> dict[str, float]:
    import asyncio

    from bot.bench import desk
    from bot.embedded import services
    from bot.stores.sql.migrate import migrate

    with services(dataclasses.replace(settings, var_dir=settings.var_dir / "bench")) as found:
        asyncio.run(migrate(found.database_url))
        key = asyncio.run(_key(found.database_url))
        measured = desk.measure(settings, found, lines, key)
    return _rounded(dataclasses.asdict(measured) | {"scaling": measured.scaling})


async def _key(database_url: str) -> str:
    import secrets

    from bot.services.staff import Staff
    from bot.stores.sql.pool import open_pool

    pool = await open_pool(database_url)
    try:
        added = await Staff(pool, (), by="bench").add(f"bench-{secrets.token_hex(4)}", "integration")
    finally:
        await pool.close()
    return str(added.secret)


def _stock(settings: Settings, lines: list[str]) -> dict[str, float]:
    from bot.bench import stock

    return _rounded(dataclasses.asdict(stock.measure(settings.var_dir / "bench" / "stock", settings.data_dir, lines)))


def _rounded(row: dict[str, Any]) -> dict[str, float]:
    return {name: round(value, 2) for name, value in row.items()}


ROWS = (
    ("CPU 每轮，毫秒", "ours", "turn_ms", "≤ 4"),
    ("  其中 NLU", "ours", "nlu_ms", "≤ 1.5"),
    ("  第 95 百分位", "ours", "turn_p95_ms", ""),
    ("第 500 条 ÷ 第 10 条", "ours", "growth", "≤ 1.2"),
    ("载入模型，秒", "ours", "load_s", "≤ 15"),
    ("原装 Rasa 每轮，毫秒", "stock", "turn_ms", ""),
    ("原装 ÷ 我们", "ratio", "turn", "≥ 8"),
    ("一个 worker 每秒轮数", "desk", "one_worker", "≥ 200"),
    ("两个 ÷ 一个", "desk", "scaling", "≥ 1.8"),
    ("80 条/秒，请求到回答，p50 毫秒", "desk", "reply_p50_ms", ""),
    ("80 条/秒，请求到回答，p95 毫秒", "desk", "reply_p95_ms", "≤ 60"),
    ("worker 内存，MB", "desk", "worker_mb", "≤ 800"),
    ("网关内存，MB", "desk", "gateway_mb", "≤ 150"),
)


def _table(report: dict[str, Any]) -> None:
    for title, part, name, budget in ROWS:
        if part in report:
            width = 36 - sum(ord(ch) > 0x2E80 for ch in title)
            print(f"{title:<{width}}{report[part][name]:>10}   {budget}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
