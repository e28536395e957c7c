"""`python -m bot phase show|set`: the phase of the shop, why it holds and until when; a choice is in force at once."""

from __future__ import annotations

import argparse
import asyncio
import getpass
from datetime import datetime, timezone

from bot.desk.phases import AUTO, CALENDAR, MANUAL
from bot.desk.staffing import SHANGHAI
from bot.embedded import Services, services
from bot.services.desk_rules import DeskRules, load_desk_rules
from bot.services.phases import PhaseNow, Phases
from bot.settings import Settings
from bot.stores.record import Record
from bot.stores.redis_base import connect

HELP = "看或改当前阶段：promotion 活动期，after_sales 售后期，auto 按日历 (phase)"
ZH = {"promotion": "活动期", "after_sales": "售后期"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """show, or set with a phase."""
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("show", help="当前阶段，为什么是它，到什么时候")
    change = actions.add_parser("set", help="马上换成这个阶段；auto 改回按日历（data/shop/calendar.yml）")
    change.add_argument("phase", help=f"promotion、after_sales 或 {AUTO}")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0 with the phase in force printed; BadInput for one that does not exist."""
    rules = load_desk_rules(settings.data_dir)
    with services(settings) as found:
        print(sentence(asyncio.run(_phase(args, settings, found, rules))))
    return 0


def sentence(found: PhaseNow) -> str:
    """promotion（活动期；日历：双十一；到 2026-11-12 02:00）"""
    held, chosen = found.found, found.chosen
    said = [ZH.get(held.phase, held.phase)]
    if held.why == MANUAL and chosen is not None:
        said += [f"{chosen.by} 于 {_when(chosen.at)} 设定", f"一直到改回 {AUTO}"]
    else:
        said.append(f"日历：{held.name or '没有写名字'}" if held.why == CALENDAR else "默认")
        said += [f"到 {_when(held.until)}"] if held.until else []
        said += [f"{chosen.by} 于 {_when(chosen.at)} 改回 {AUTO}"] if chosen is not None and chosen.phase == AUTO else []
    return f"{held.phase}（{'；'.join(said)}）"


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


async def _phase(args: argparse.Namespace, settings: Settings, found: Services, rules: DeskRules) -> PhaseNow:
    redis, now = connect(found.redis_url), datetime.now(timezone.utc)
    phases = Phases(Record(redis, settings.key_prefix), lambda: rules)
    try:
        return await (phases.now(now) if args.action == "show" else phases.choose(args.phase, getpass.getuser(), now))
    finally:
        await redis.aclose()
