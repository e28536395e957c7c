"""`python -m bot watch`: the desk's clocks, until a signal."""

from __future__ import annotations

import argparse
import asyncio
import signal
from datetime import datetime, timezone

from bot.embedded import Services, services
from bot.services.hand_offs import HandOffs
from bot.services.hearing import Ear
from bot.services.in_force import InForce
from bot.services.watch import Limits, Watch
from bot.settings import Settings
from bot.stores.record import Record
from bot.stores.redis_base import connect
from bot.stores.redis_signals import RedisSignals

HELP = "看钟的进程：消息等太久、工单要到期，告诉顾客、转给人、报警 (watch)"


def arguments(parser: argparse.ArgumentParser) -> None:
    """None: everything is in the settings and in data/shop."""


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0 after a clean stop; DataError when data/ is wrong."""
    in_force = InForce(settings.data_dir)
    with services(settings) as found:
        asyncio.run(_watch(settings, found, in_force))
    return 0


async def _watch(settings: Settings, found: Services, in_force: InForce) -> None:
    redis = connect(found.redis_url)
    record = Record(redis, settings.key_prefix)
    watch = Watch(
        record,
        HandOffs(record, lambda: in_force.rules),
        lambda: in_force.rules,
        lambda: in_force.books,
        RedisSignals(redis, settings.key_prefix),
        look=in_force.refresh,
        ear=Ear(settings.model_dir),
        limits=Limits(settings.mail_notice_s, settings.mail_hand_off_s),
    )
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    print("看钟的进程就绪 (watch ready)", flush=True)
    try:
        await watch.run(stop, lambda: datetime.now(timezone.utc))
    finally:
        await redis.aclose()
