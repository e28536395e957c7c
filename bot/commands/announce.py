"""`python -m bot announce list|on|off`: prepared announcements for everybody, in force at once."""

from __future__ import annotations

import argparse
import asyncio
import getpass
from datetime import datetime, time, timedelta, timezone
from uuid import uuid4

from bot.desk.announcements import when
from bot.desk.staffing import SHANGHAI
from bot.embedded import Services, services
from bot.errors import BadInput
from bot.model import JSON
from bot.services.announcing import Announcing, On
from bot.services.desk_announcements import SIGNAL
from bot.services.desk_rules import DeskRules, load_desk_rules
from bot.settings import Settings
from bot.stores.record import Record
from bot.stores.redis_base import connect
from bot.stores.redis_outbox import RedisOutbox
from bot.stores.redis_signals import RedisSignals

HELP = "看或开关突发公告：系统故障、支付故障、超卖 (announce)"
TIME = "北京时间：23:00（已过就是明天），或 2026-11-11 23:00"


def arguments(parser: argparse.ArgumentParser) -> None:
    """list, on with an announcement's id and its times, off with an id."""
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("list", help="有哪些公告，哪些开着，顾客现在读到什么")
    on = actions.add_parser("on", help="马上对所有人打开；已经开着就改时间和商品")
    on.add_argument("id", help="公告的 id（data/shop/announcements.yml）")
    on.add_argument("--back-at", help=f"预计恢复的时间，不填就不说时间。{TIME}")
    on.add_argument("--until", help=f"到时自动关闭。{TIME}")
    on.add_argument("--goods", default="", help="超卖的商品：货号或商品名，用逗号隔开")
    off = actions.add_parser("off", help="马上对所有人关闭")
    off.add_argument("id", help="公告的 id")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0 with the announcements printed; NotFound for an id that the file has not, BadInput for a wrong time."""
    rules = load_desk_rules(settings.data_dir)
    now = datetime.now(timezone.utc)
    times = [moment(getattr(args, key, None), now) for key in ("back_at", "until")]
    with services(settings) as found:
        for line in asyncio.run(_announce(args, settings, found, rules, times, now)):
            print(line)
    return 0


def moment(text: str | None, now: datetime) -> datetime | None:
    """A time of Beijing: 23:00 is the next one. BadInput."""
    if text is None:
        return None
    local = now.astimezone(SHANGHAI)
    try:
        if len(text.strip()) <= len("23:00"):
            hour = time.fromisoformat(text.strip().rjust(5, "0"))
            found = datetime.combine(local.date(), hour, SHANGHAI)
            return found if found > local else found + timedelta(days=1)
        return datetime.strptime(text.strip(), "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)
    except ValueError:
        raise BadInput(f"看不懂时间 {text!r}。{TIME}") from None


def lines(rules: DeskRules, on: list[On], now: datetime) -> list[str]:
    """One line for each announcement, and what customers read of those that are on."""
    running = {one.prepared.id: one for one in on}
    said = []
    for one in rules.announcements.prepared.values():
        found = running.get(one.id)
        if found is None:
            said.append(f"{one.id}（{one.zh}）：关着")
            continue
        state = [f"{when(found.running.at, now)} 由{found.running.name}打开"]
        state += [f"{when(found.running.until, now)} 自动关"] if found.running.until else []
        state += [f"商品：{'、'.join(found.running.goods)}"] if found.running.goods else []
        said += [f"{one.id}（{one.zh}）：开着（{'；'.join(state)}）", f"  {found.words.zh}"]
    return said


async def _announce(
    args: argparse.Namespace, settings: Settings, found: Services, rules: DeskRules, times: list[datetime | None], now: datetime
) -> list[str]:
    redis, prefix = connect(found.redis_url), settings.key_prefix
    announcing, outbox = Announcing(Record(redis, prefix), lambda: rules), RedisOutbox(redis, prefix)
    user = getpass.getuser()
    try:
        data: JSON = {"v": 1, "announcement": getattr(args, "id", None)}
        changed, what = False, "announce"
        if args.action == "on":
            goods = args.goods.replace("，", ",").split(",")
            changed = await announcing.switch_on(
                args.id, uuid4().hex, by=f"cli:{user}", name=user, now=now, back_at=times[0], until=times[1], goods=goods
            )
        elif args.action == "off":
            changed, what = await announcing.switch_off(args.id), "announce_off"
        if changed:
            await outbox.put("audit", f"cli:{user}", what, data, now)
            await RedisSignals(redis, prefix).publish(SIGNAL)
        return lines(rules, await announcing.on(now), now)
    finally:
        await redis.aclose()
