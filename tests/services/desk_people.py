"""A desk for tests: the real record, book and rules; people of every role; tickets that wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import asyncpg
from redis.asyncio import Redis

from bot.desk.rights import Person
from bot.errors import StoreDown
from bot.model import JSON, Order, Ticket
from bot.playbooks.load import load_lines, load_playbooks
from bot.services.commitment_file import load_commitments
from bot.services.desk import Desk
from bot.services.desk_base import DeskParts
from bot.services.give_back import told
from bot.services.hand_offs import HandOffs
from bot.services.names import Names
from bot.services.scripts import checked_scripts
from bot.services.shop_page import load_desk
from bot.services.staff import Staff
from bot.shop.read import read_order
from bot.stores.record import Record
from bot.stores.redis_outbox import RedisOutbox
from bot.stores.redis_sessions import RedisSessions
from bot.stores.redis_signals import RedisSignals
from bot.stores.redis_uploads import RedisUploads
from bot.ticket_parts import Evidence
from tests.services.desks import RULES
from tests.shop.orders_for_tests import an_order
from tests.stores.redis_builders import NOON, a_ticket

GROUP = "exceptions"
LIN = Person("s1", "小林", "agent", (GROUP,))
MEI = Person("s2", "小美", "agent", (GROUP,))
RUI = Person("s3", "小芮", "agent", ("reception",))
BOSS = Person("s4", "主管王", "supervisor", ("supervisor",))
TRAINER = Person("s5", "训练师", "trainer")
ADMIN = Person("s6", "管理员", "admin")
PEOPLE = (LIN, MEI, RUI, BOSS, TRAINER, ADMIN)
PAGE = load_desk()
SCRIPTS = checked_scripts()
COMMITMENTS = load_commitments()
BOOKS = load_playbooks()


class SomeOrders:
    """The shop's orders; `away` when it cannot be asked."""

    def __init__(self) -> None:
        self.of: dict[str, tuple[Order, ...]] = {"b1": (read_order(an_order(5503)), read_order(an_order(1, state="signed")))}
        self.away = False

    async def recent(self, buyer_id: str) -> tuple[Order, ...]:
        if self.away:
            raise StoreDown("查订单：现在连不上")
        return self.of.get(buyer_id, ())


def a_desk(redis: Redis, prefix: str, pool: asyncpg.Pool, orders: SomeOrders | None = None) -> Desk:
    record, rules = Record(redis, prefix), lambda: RULES
    names = Names(record, Staff(pool, tuple(RULES.taxonomy.groups), "test"))
    return Desk(
        DeskParts(
            record, RedisOutbox(redis, prefix), RedisSignals(redis, prefix), RedisSessions(redis, prefix), RedisUploads(redis, prefix),
            HandOffs(record, rules), orders or SomeOrders(), names, pool, rules, lambda: PAGE, lambda: SCRIPTS, lambda: "测试店", lambda: COMMITMENTS,
            told(record, load_lines), lambda: BOOKS,
        )
    )  # fmt: skip


async def hand_off(desk: Desk, conversation: str = "c1", *, group: str = GROUP, text: str = "东西坏了", **changes: object) -> Ticket:
    """A customer wrote, the bot handed off: the ticket waits."""
    await desk.record.accept(conversation, text, uuid4().hex, now=NOON, buyer_id="b1")
    ticket = a_ticket(await desk.record.new_ticket_id(NOON), conversation, group=group)
    evidence = (Evidence("照片", "customer"), Evidence("质检记录", "shop"))
    ticket = replace(ticket, order_no=f"5126{5503:015d}", buyer_id="b1", evidence=evidence, **changes)  # type: ignore[arg-type]
    await desk.record.hand_over(conversation, ticket, lines=(), reason="claim", by="bot", now=NOON)
    return ticket


async def come(desk: Desk, *people: Person, now: datetime = NOON) -> None:
    """These are at the desk."""
    for person in people:
        await desk.arrive(person, now)


async def audited(desk: Desk) -> Sequence[JSON]:
    """The audit's lines that wait for PostgreSQL."""
    return [{"who": row.who, "what": row.what, **row.data} for row in await desk.parts.outbox.rows() if row.kind == "audit"]


async def owner(desk: Desk, conversation: str = "c1") -> str:
    found = await desk.record.conversation(conversation)
    assert found is not None
    return found.owner
