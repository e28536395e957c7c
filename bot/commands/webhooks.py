"""`python -m bot webhooks [list|retry|test]`: what the shop's systems were told, what they were not, and once more."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from datetime import datetime, timezone

from bot.commands.watch import webhook_secret
from bot.desk.staffing import SHANGHAI
from bot.embedded import Services, services
from bot.errors import BadInput
from bot.services.webhooks import ping
from bot.settings import Settings
from bot.shop.webhook_http import WebhookDoor
from bot.stores.record import Record
from bot.stores.redis_base import connect
from bot.stores.values import DeadHook, HookState

HELP = "通知店铺系统：等着的、没送到的、再送一次、试送 (webhooks)"
SHOWN = 50
WHY = {
    "timeout": "对方 5 秒没有应答", "refused": "连不上对方", "tls": "对方的证书不对", "broken": "连接中断", "too_large": "这一封太大",
    "http_410": "对方说不再要（410）",
}  # fmt: skip


def arguments(parser: argparse.ArgumentParser) -> None:
    """list (also without a word), retry with an id or --all, test."""
    parser.epilog = "退出码：0 好；1 试送没有送到；2 没有设置地址，或没有这一封。地址和密钥见 docs/webhooks.md"
    actions = parser.add_subparsers(dest="action")
    actions.add_parser("list", help="等着的、没送到的、最近一次送到（不写就是它）")
    again = actions.add_parser("retry", help="把没送到的再送一次：由看钟的进程送")
    which = again.add_mutually_exclusive_group(required=True)
    which.add_argument("id", nargs="?", help="list 里的编号")
    which.add_argument("--all", action="store_true", help="没送到的全部")
    actions.add_parser("test", help="现在就送一封 ping，看对方收不收")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0, or 1 when a test did not arrive; BadInput, NotFound."""
    if args.action == "test":
        return asyncio.run(_test(settings))
    with services(settings) as found:
        return asyncio.run(_retry(args, settings, found) if args.action == "retry" else _list(settings, found))


async def _test(settings: Settings) -> int:
    if not settings.webhook_url:
        raise BadInput("没有设置 QIANTAI_WEBHOOK_URL：不知道送给谁")
    door = WebhookDoor(settings.webhook_url)
    try:
        error = await ping(door, webhook_secret(settings), datetime.now(timezone.utc))
    finally:
        await door.close()
    print(f"{door.origin} 收下了 (delivered)" if error is None else f"{door.origin} 没有收下：{why(error)} ({error})")
    return 0 if error is None else 1


async def _list(settings: Settings, found: Services) -> int:
    redis = connect(found.redis_url)
    try:
        record = Record(redis, settings.key_prefix)
        for line in lines(await record.hook_state(), await record.dead_hooks()):
            print(line)
    finally:
        await redis.aclose()
    return 0


async def _retry(args: argparse.Namespace, settings: Settings, found: Services) -> int:
    redis, now = connect(found.redis_url), datetime.now(timezone.utc)
    try:
        record = Record(redis, settings.key_prefix)
        # Each goes before what waits, so the newest first.
        ids = [dead.id for dead in await record.dead_hooks()] if args.all else [args.id]
        for id_ in ids:
            await record.revive_hook(id_, now)
    finally:
        await redis.aclose()
    print(f"{len(ids)} 封再送一次 (retrying)" if ids else "没有要再送的 (nothing to retry)")
    return 0


def lines(state: HookState, dead: Sequence[DeadHook]) -> list[str]:
    """What `list` prints."""
    rows = [f"送给 {state.to}" if state.to else "没有地方可送：设置 QIANTAI_WEBHOOK_URL，再启动看钟的进程"]
    rows.append(f"等着 {state.waiting} 封，没送到 {state.dead} 封；最近一次送到：{_when(state.ok_at) if state.ok_at else '还没有'}")
    if state.error and state.error_at:
        rows.append(f"最近一次没送到：{_when(state.error_at)}，{why(state.error)}")
    rows += [
        f"  {one.id}  {_when(one.at)}  {one.hook}  会话 {one.conversation} 第 {one.no} 条  试了 {one.tries} 次：{why(one.error)}"
        for one in dead[:SHOWN]
    ]
    if len(dead) > SHOWN:
        rows.append(f"  …还有 {len(dead) - SHOWN} 封")
    return rows


def why(error: str) -> str:
    """The reason for people."""
    return WHY.get(error) or (f"对方答 {error.removeprefix('http_')}" if error.startswith("http_") else error)


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
