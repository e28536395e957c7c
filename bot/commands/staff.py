"""`python -m bot staff add|list|disable|password`. Secrets alone go to stdout, so that scripts can take them."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import sys

from bot import taxonomy
from bot.embedded import services
from bot.errors import BadInput
from bot.services.staff import INTEGRATION, ROLES, Staff
from bot.settings import Settings
from bot.stores.sql.migrate import migrate
from bot.stores.sql.pool import open_pool

HELP = "员工、密码、API key：add、list、disable、password (staff and API keys)"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The sub-commands."""
    commands = parser.add_subparsers(dest="what", required=True, metavar="add|list|disable|password")
    add = commands.add_parser("add", help="添加员工（打印密码）或系统（--role integration，打印 API key），只打印一次")
    add.add_argument("name", help="名字")
    add.add_argument("--role", default="agent", help="、".join(ROLES) + "（默认 agent）")
    add.add_argument("--group", action="append", default=[], help="所属的组，可写多次或用逗号分开")
    add.add_argument("--password-stdin", action="store_true", help="从标准输入读密码（第一行），不自动生成")
    commands.add_parser("list", help="列出全部员工和系统")
    disable = commands.add_parser("disable", help="停用一个员工或 API key（30 秒内生效）")
    disable.add_argument("name")
    password = commands.add_parser("password", help="换一个密码（打印一次）")
    password.add_argument("name")
    password.add_argument("--password-stdin", action="store_true", help="从标准输入读密码（第一行），不自动生成")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0 when done; BotError in Chinese otherwise."""
    groups = list(taxonomy.load(settings.data_dir).groups)
    with services(settings) as found:
        asyncio.run(_run(args, found.database_url, groups))
    return 0


async def _run(args: argparse.Namespace, database_url: str, groups: list[str]) -> None:
    await migrate(database_url)
    pool = await open_pool(database_url)
    try:
        await _do(args, Staff(pool, groups, by=f"cli:{_user()}"))
    finally:
        await pool.close()


async def _do(args: argparse.Namespace, staff: Staff) -> None:
    if args.what == "add":
        in_groups = [name.strip() for part in args.group for name in part.split(",") if name.strip()]
        given = _password(args)
        added = await staff.add(args.name, args.role, in_groups, given)
        kind = "API key" if args.role == INTEGRATION else "密码"
        _said(f"已添加 {added.member.name}（{args.role}）", kind, None if given else added.secret)
    elif args.what == "password":
        given = _password(args)
        secret = await staff.set_password(args.name, given)
        _said(f"已换 {args.name} 的密码", "密码", None if given else secret)
    elif args.what == "disable":
        await staff.disable(args.name)
        print(f"已停用 {args.name}，30 秒内生效")
    else:
        for member in await staff.members():
            state = "停用" if member.disabled else "在用"
            print("\t".join([member.id or "-", member.name, member.role, ",".join(member.groups) or "-", state]))


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
