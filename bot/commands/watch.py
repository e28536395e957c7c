"""`python -m bot watch`: the desk's clocks, until a signal."""

from __future__ import annotations

import argparse
import asyncio
import signal
from collections.abc import Callable
from datetime import datetime, timezone

from bot.embedded import Services, services
from bot.gateway.shapes import ticket
from bot.services.announcer import Announcer
from bot.services.hand_offs import HandOffs
from bot.services.hearing import Ear
from bot.services.in_force import InForce
from bot.services.kept_secrets import kept_secret
from bot.services.watch import Limits, Watch
from bot.services.webhooks import Webhooks, receiver_is
from bot.settings import Settings
from bot.shop.orders import open_orders
from bot.shop.webhook_http import WebhookDoor, checked_url
from bot.stores.record import Record
from bot.stores.redis_base import connect
from bot.stores.redis_signals import RedisSignals

HELP = "看钟的进程：消息等太久、工单要到期，告诉顾客、转给人、报警 (watch)"


def arguments(parser: argparse.ArgumentParser) -> None:
    """None: everything is in the settings and in data/shop."""


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0 after a clean stop; DataError when data/ is wrong."""
    in_force = InForce(settings.data_dir)
    if settings.webhook_url:
        checked_url(settings.webhook_url)
        webhook_secret(settings)
    with services(settings) as found:
        asyncio.run(_watch(settings, found, in_force))
    return 0


async def _watch(settings: Settings, found: Services, in_force: InForce) -> None:
    redis = connect(found.redis_url)
    record = Record(redis, settings.key_prefix)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)

    def clock() -> datetime:
        return datetime.now(timezone.utc)

    try:
        async with open_orders(settings, found.database_url) as orders:
            hand_offs = HandOffs(record, lambda: in_force.rules)
            watch = Watch(
                record,
                hand_offs,
                lambda: in_force.rules,
                lambda: in_force.books,
                RedisSignals(redis, settings.key_prefix),
                look=in_force.refresh,
                ear=Ear(settings.model_dir),
                limits=Limits(settings.mail_notice_s, settings.mail_hand_off_s),
                orders=orders,
            )
            announcer = Announcer(record, hand_offs.announcing, orders)
            print("看钟的进程就绪 (watch ready)", flush=True)
            await asyncio.gather(
                watch.run(stop, clock),
                announcer.run(stop, clock, lambda: watch.holds),
                _webhooks(settings, record, stop, clock),
            )
    finally:
        await redis.aclose()


async def _webhooks(settings: Settings, record: Record, stop: asyncio.Event, clock: Callable[[], datetime]) -> None:
    """Beside the clocks, as a receiver that is slow must not hold them up."""
    if not settings.webhook_url:
        await receiver_is(record, None, stop)
        return
    door = WebhookDoor(settings.webhook_url)
    try:
        await Webhooks(record, door, webhook_secret(settings), ticket).run(stop, clock)
    finally:
        await door.close()


def webhook_secret(settings: Settings) -> str:
    """The key that signs what the shop's systems are told, made on the first start. BadInput for a short one."""
    return kept_secret(settings.webhook_secret, settings.var_dir / "secrets" / "webhook_key", "QIANTAI_WEBHOOK_SECRET")
