"""Wiring of the desk's side of the gateway."""

from __future__ import annotations

from collections.abc import Callable

import asyncpg
from redis.asyncio import Redis

from bot.gateway.desk_app import DeskSide
from bot.playbooks.load import load_lines, load_playbooks
from bot.services.commitment_file import load_commitments
from bot.services.desk_base import DeskParts
from bot.services.desk_rules import DeskRules
from bot.services.fresh import Fresh
from bot.services.give_back import told
from bot.services.hand_offs import HandOffs
from bot.services.in_force import WATCHED
from bot.services.names import Names
from bot.services.script_files import Script
from bot.services.shop_page import load_desk, load_page
from bot.services.sign_in import SignIns
from bot.services.staff import Staff
from bot.services.staff_news import StaffNews
from bot.settings import Settings
from bot.shop.orders import Orders
from bot.stores.record import Record
from bot.stores.redis_lookers import RedisLookers
from bot.stores.redis_outbox import RedisOutbox
from bot.stores.redis_sessions import RedisSessions
from bot.stores.redis_signals import RedisSignals
from bot.stores.redis_uploads import RedisUploads


def desk_side(
    settings: Settings,
    record: Record,
    redis: Redis,
    pool: asyncpg.Pool,
    orders: Orders,
    rules: Callable[[], DeskRules],
    scripts: Fresh[tuple[Script, ...]],
    database_url: str,
) -> DeskSide:
    """What the desk's handlers use."""
    data, prefix = settings.data_dir, settings.key_prefix
    staff = Staff(pool, list(rules().taxonomy.groups), by="gateway")
    sessions, signals, outbox = RedisSessions(redis, prefix), RedisSignals(redis, prefix), RedisOutbox(redis, prefix)
    sign_ins = SignIns(staff, sessions, outbox)
    desk_page = Fresh([data / "shop" / "desk.yml"], lambda: load_desk(data))
    shop_page = Fresh([data / "shop" / "page.yml"], lambda: load_page(data))
    commitments = Fresh([data / "shop" / "commitments.yml"], lambda: load_commitments(data), "commitments")
    sentences = Fresh([data / "replies" / "bot.yml"], lambda: load_lines(data), "sentences")
    books = Fresh([data / name for name in WATCHED], lambda: load_playbooks(data), "playbooks")
    returned = told(record, sentences)
    parts = DeskParts(
        record=record,
        outbox=outbox,
        signals=signals,
        sessions=sessions,
        uploads=RedisUploads(redis, prefix),
        hand_offs=HandOffs(record, rules),
        orders=orders,
        names=Names(record, staff),
        pool=pool,
        rules=rules,
        page=desk_page,
        scripts=scripts,
        shop=lambda: shop_page().name.zh,
        commitments=commitments,
        returned=returned,
        books=books,
    )
    news = StaffNews(database_url, record, sessions, signals, sign_ins, returned)
    return DeskSide(parts, sign_ins, RedisLookers(redis, prefix), news, (desk_page, shop_page, commitments, scripts, sentences, books))
