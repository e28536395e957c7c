"""`python -m bot phase show|set`: the phase of the shop, in force at once."""

from __future__ import annotations

import argparse
import asyncio
import getpass
from datetime import datetime, timezone

from bot.desk.staffing import SHANGHAI
from bot.embedded import Services, services
from bot.services.desk_rules import load_desk_rules
from bot.settings import Settings
from bot.stores.record import Record
from bot.stores.redis_base import connect
from bot.stores.values import Phase
from bot.taxonomy import PHASES

HELP = "看或改当前阶段：promotion 活动期，after_sales 售后期 (phase)"
ZH = {"promotion": "活动期", "after_sales": "售后期"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """show, or set with a phase."""
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("show", help="当前阶段，谁在什么时候设的")
    change = actions.add_parser("set", help="马上换成这个阶段")
    change.add_argument("phase", help="promotion 或 after_sales")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0 with the phase in force printed; BadInput for one that does not exist."""
    default = load_desk_rules(settings.data_dir).staffing.default_phase
    with services(settings) as found:
        phase = asyncio.run(_phase(args, settings, found, default))
    by = f"，{phase.by} 于 {phase.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} 设定" if phase.at else "，默认"
    print(f"{phase.phase}（{ZH.get(phase.phase, phase.phase)}{by}）")
    return 0


async def _phase(args: argparse.Namespace, settings: Settings, found: Services, default: str) -> Phase:
    redis = connect(found.redis_url)
    try:
        record = Record(redis, settings.key_prefix, default_phase=default, phases=PHASES)
        if args.action == "show":
            return await record.phase()
        return await record.set_phase(args.phase, getpass.getuser(), now=datetime.now(timezone.utc))
    finally:
        await redis.aclose()
