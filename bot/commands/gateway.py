"""`python -m bot gateway`: wires the stores to the gateway's application and serves it until a signal."""

from __future__ import annotations

import argparse
import asyncio
import errno
import logging
import signal
from contextlib import AsyncExitStack

import asyncpg
from aiohttp import web
from redis.asyncio import Redis

from bot.commands.gateway_desk import desk_side
from bot.embedded import Services, services
from bot.errors import BotError, StoreDown
from bot.gateway.app import make_app
from bot.gateway.visitor_app import VisitorParts
from bot.services.announcing import Announcing
from bot.services.demo_buyers import DemoBuyers
from bot.services.desk_rules import DeskRules, load_desk_rules, rule_files
from bot.services.fresh import Fresh
from bot.services.history import History
from bot.services.kept_secrets import kept_secret
from bot.services.names import Names
from bot.services.phases import Phases
from bot.services.proofs import Proofs
from bot.services.scripts import scripts_in_force
from bot.services.shop_page import load_desk, load_page
from bot.services.staff import Keys, Staff
from bot.services.standing import Standings
from bot.services.visitor_lookups import VisitorLookups
from bot.services.visitor_orders import VisitorOrders
from bot.services.visitor_tokens import VisitorTokens
from bot.services.visits import Visits
from bot.settings import Settings
from bot.shop.orders import Orders, open_orders
from bot.stores.record import Record
from bot.stores.redis_base import connect
from bot.stores.redis_changes import RedisChanges
from bot.stores.redis_outbox import RedisOutbox
from bot.stores.redis_signals import RedisSignals
from bot.stores.redis_uploads import RedisUploads
from bot.stores.redis_workers import Workers
from bot.stores.sql.pool import open_pool, within

HELP = "网关：集成 REST、健康检查、指标 (HTTP gateway)"
PING_S = 1.0


class CannotListen(BotError):
    """The address cannot be listened on; the sentence says why and what to do."""

    code = "cannot_listen"
    status = 503


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen."""
    parser.add_argument("--host", help="监听地址（默认：设置 QIANTAI_HOST，127.0.0.1）")
    parser.add_argument("--port", type=int, help="监听端口，0 为任意空闲端口（默认：设置 QIANTAI_PORT，8080）")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0 after a clean stop; CannotListen when the port is taken."""
    host = args.host if args.host is not None else settings.host
    port = args.port if args.port is not None else settings.port
    if not 0 <= port <= 65535:
        raise CannotListen(f"端口 {port} 不对：要 0 到 65535")
    with services(settings) as found:
        asyncio.run(_serve(settings, found, host, port))
    return 0


async def _serve(settings: Settings, found: Services, host: str, port: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        app = await _wired(settings, found, stack)
        # Open requests may wait for their turn; they are finished before the stores close.
        runner = web.AppRunner(app, access_log=None, logger=_wordless(), shutdown_timeout=settings.reply_wait_s + 2)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, host, port, reuse_port=False)
        try:
            await site.start()
        except OSError as error:
            raise CannotListen(_why(error, host, port)) from None
        shown = runner.addresses[0][1]
        print(f"网关在 http://{f'[{host}]' if ':' in host else host}:{shown} (gateway listening)", flush=True)
        await stop.wait()


def _wordless() -> logging.Logger:
    """aiohttp's log of what is no HTTP at all, without the bytes that came: a sender may be among them."""

    def strip(record: logging.LogRecord) -> bool:
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else "?"
        record.msg, record.args, record.exc_info, record.exc_text = f"not HTTP: {kind}", (), None, None
        return True

    logger = logging.getLogger("bot.gateway.http")
    logger.addFilter(strip)
    return logger


async def _wired(settings: Settings, found: Services, stack: AsyncExitStack) -> web.Application:
    """The application on these stores; `stack` closes them."""
    redis = connect(found.redis_url)
    stack.push_async_callback(redis.aclose)
    pool = await open_pool(found.database_url)
    stack.push_async_callback(pool.close)
    orders = await stack.enter_async_context(open_orders(settings, found.database_url))
    prefix, data = settings.key_prefix, settings.data_dir
    rules = Fresh(rule_files(data), lambda: load_desk_rules(data))
    record = Record(redis, prefix)
    names = Names(record, Staff(pool, list(rules().taxonomy.groups), by="gateway"))
    return make_app(
        settings,
        record,
        RedisChanges(redis, prefix),
        Workers(redis, prefix),
        Keys(pool),
        rules().taxonomy,
        database_ping=DatabasePing(pool),
        signals=RedisSignals(redis, prefix),
        proofs=Proofs(record, RedisOutbox(redis, prefix)),
        visitors=visitor_parts(settings, record, redis, pool, orders, names, rules),
        desk=desk_side(settings, record, redis, pool, orders, rules, scripts_in_force(data), found.database_url),
    )


def visitor_parts(
    settings: Settings, record: Record, redis: Redis, pool: asyncpg.Pool, orders: Orders, names: Names, rules: Fresh[DeskRules]
) -> VisitorParts:
    """What the visitors' handlers use."""
    data, secrets = settings.data_dir, settings.var_dir / "secrets"
    tokens = VisitorTokens(
        kept_secret(settings.visitor_secret, secrets / "visitor_key", "QIANTAI_VISITOR_SECRET"),
        kept_secret(settings.identity_secret, secrets / "identity_key", "QIANTAI_IDENTITY_SECRET"),
    )
    page = Fresh([data / "shop" / "page.yml"], lambda: load_page(data))
    desk_page = Fresh([data / "shop" / "desk.yml"], lambda: load_desk(data))
    lookups = VisitorLookups(record, names, lambda: rules().taxonomy, desk_page)
    uploads, signals = RedisUploads(redis, settings.key_prefix), RedisSignals(redis, settings.key_prefix)
    return VisitorParts(
        tokens=tokens,
        visits=Visits(record, uploads, signals, page, max_chars=settings.max_message_chars),
        history=History(record, pool),
        orders=VisitorOrders(orders),
        page=page,
        lookups=lookups,
        standings=Standings(record, lookups, rules),
        uploads=uploads,
        phases=Phases(record, rules),
        announcing=Announcing(record, rules),
        demo=DemoBuyers(data, orders, tokens) if settings.demo else None,
        fresh=(page, desk_page, rules),
    )


class DatabasePing:
    """Whether PostgreSQL answers within a second."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def __call__(self) -> bool:
        try:
            await within(PING_S, self._pool.fetchval("select 1"), "PostgreSQL")
        except StoreDown:
            return False
        return True


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"端口 {port} 已被占用：用 --port 或 QIANTAI_PORT 换一个，或停掉占用它的程序"
    if error.errno == errno.EACCES:
        return f"没有权限监听端口 {port}：用 --port 或 QIANTAI_PORT 换一个 1024 以上的"
    return f"不能监听 {host}:{port}：{error.strerror or error}"
