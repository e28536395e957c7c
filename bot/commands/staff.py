"""`python -m bot staff add|list|disable|password|groups|link`. Secrets alone go to stdout, so that scripts can take them."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import sys
from datetime import datetime, timezone

from bot import taxonomy
from bot.embedded import Services, services
from bot.errors import BadInput
from bot.services.sign_in import LINK_S
from bot.services.staff import INTEGRATION, ROLES, Staff
from bot.settings import Settings
from bot.stores.redis_base import connect
from bot.stores.redis_outbox import RedisOutbox
from bot.stores.redis_sessions import RedisSessions
from bot.stores.sql.migrate import migrate
from bot.stores.sql.pool import open_pool

HELP = "员工、密码、登录链接、API key：add、list、disable、password、groups、link (staff and API keys)"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The sub-commands."""
    commands = parser.add_subparsers(dest="what", required=True, metavar="add|list|disable|password|groups|link")
    add = commands.add_parser("add", help="添加员工（打印密码）或系统（--role integration，打印 API key），只打印一次")
    add.add_argument("name", help="名字")
    add.add_argument("--role", default="agent", help="、".join(ROLES) + "（默认 agent）")
    add.add_argument("--group", action="append", default=[], help="所属的组，可写多次或用逗号分开")
    add.add_argument("--password-stdin", action="store_true", help="从标准输入读密码（第一行），不自动生成")
    commands.add_parser("list", help="列出全部员工和系统")
    disable = commands.add_parser("disable", help="停用一个员工（马上退出登录，工单退回队列）或 API key（30 秒内生效）")
    disable.add_argument("name")
    password = commands.add_parser("password", help="换一个密码（打印一次）")
    password.add_argument("name")
    password.add_argument("--password-stdin", action="store_true", help="从标准输入读密码（第一行），不自动生成")
    groups = commands.add_parser("groups", help="换一个员工所属的组（已登录的要重新登录）")
    groups.add_argument("name")
    groups.add_argument("--group", action="append", default=[], help="所属的组，可写多次或用逗号分开")
    link = commands.add_parser("link", help="一次性登录链接（打印一次，12 小时内有效；登录后可以设新密码）")
    link.add_argument("name")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0 when done; BotError in Chinese otherwise."""
    groups = list(taxonomy.load(settings.data_dir).groups)
    with services(settings) as found:
        asyncio.run(_run(args, settings, found, groups))
    return 0


async def _run(args: argparse.Namespace, settings: Settings, found: Services, groups: list[str]) -> None:
    await migrate(found.database_url)
    pool = await open_pool(found.database_url)
    try:
        staff = Staff(pool, groups, by=f"cli:{_user()}")
        if args.what == "link":
            await _link(staff, args.name, settings, found.redis_url)
        else:
            await _do(args, staff)
    finally:
        await pool.close()


async def _link(staff: Staff, name: str, settings: Settings, redis_url: str) -> None:
    member = await staff.named(name)
    if member.disabled or member.id is None:
        raise BadInput(f"{member.name} 已停用，不能登录")
    redis = connect(redis_url)
    try:
        token = await RedisSessions(redis, settings.key_prefix).make_link(member.id, LINK_S)
        await RedisOutbox(redis, settings.key_prefix).put("audit", f"cli:{_user()}", "link_made", {"v": 1, "agent": member.id}, datetime.now(timezone.utc))
    finally:
        await redis.aclose()
    _said(f"{member.name} 的登录链接，用一次就失效，12 小时内有效", "链接", f"{_address(settings)}/desk#link={token}")


def _address(settings: Settings) -> str:
    """Where people reach the desk."""
    public = settings.public_origins.replace(",", " ").split()
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return public[0].rstrip("/") if public else f"http://{host}:{settings.port}"


async def _do(args: argparse.Namespace, staff: Staff) -> None:
    if args.what == "add":
        given = _password(args)
        added = await staff.add(args.name, args.role, _groups(args), given)
        kind = "API key" if args.role == INTEGRATION else "密码"
        _said(f"已添加 {added.member.name}（{args.role}）", kind, None if given else added.secret)
    elif args.what == "password":
        given = _password(args)
        secret = await staff.set_password(args.name, given)
        _said(f"已换 {args.name} 的密码", "密码", None if given else secret)
    elif args.what == "disable":
        await staff.disable(args.name)
        print(f"已停用 {args.name}，30 秒内生效")
    elif args.what == "groups":
        await staff.set_groups(args.name, _groups(args))
        print(f"已改 {args.name} 的组：{'、'.join(_groups(args)) or '无'}")
    else:
        for member in await staff.members():
            state = "停用" if member.disabled else "在用"
            print("\t".join([member.id or "-", member.name, member.role, ",".join(member.groups) or "-", state]))


def _groups(args: argparse.Namespace) -> list[str]:
    return [name.strip() for part in args.group for name in part.split(",") if name.strip()]


def _said(words: str, kind: str, secret: str | None) -> None:
    if secret is None:
        print(words, file=sys.stderr)
    else:
        print(f"{words}。下面是{kind}，只显示这一次：", file=sys.stderr)
        print(secret, flush=True)


def _password(args: argparse.Namespace) -> str | None:
    if not args.password_stdin:
        return None
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise BadInput("标准输入里没有密码")
    return line


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "?"
