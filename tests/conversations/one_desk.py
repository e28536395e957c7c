"""A desk in this process for the conversations: the real worker, record and orders, with the clock standing still."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
from checks import Heard, Story, of_end, of_step
from redis.asyncio import Redis
from talks import NOW, Step, Talk

from bot.model import JSON, Order
from bot.services import ledger
from bot.services.converse import Converse
from bot.services.hand_offs import HandOffs
from bot.services.in_force import InForce
from bot.services.news import Line
from bot.services.work import Brain, Limits, Worker
from bot.settings import Settings
from bot.shop.importing import Import
from bot.shop.lines import read_line
from bot.shop.postgres_orders import PostgresOrders
from bot.stores.record import Record
from bot.stores.redis_changes import RedisChanges
from bot.stores.redis_workers import Workers
from bot.stores.sql.pool import open_pool

WAIT_S = 20.0
NOWHERE = "postgresql://nobody@127.0.0.1:1/none"
AGENT = "xiaoli"


class SwitchedOrders:
    """The imported orders, or a database that nobody can reach."""

    def __init__(self, there: PostgresOrders, gone: PostgresOrders) -> None:
        self._there, self._gone = there, gone
        self.works = True

    async def recent(self, buyer_id: str) -> tuple[Order, ...]:
        """The buyer's orders; StoreDown while the switch is off."""
        return await (self._there if self.works else self._gone).recent(buyer_id)


class Desk:
    """Plays one conversation against the running worker."""

    def __init__(self, record: Record, converse: Converse, orders: SwitchedOrders, known: Mapping[str, JSON]) -> None:
        self.record, self._converse, self._orders, self._known = record, converse, orders, known
        self.id = f"talk-{uuid4().hex[:10]}"

    async def play(self, talk: Talk) -> Story:
        """The conversation as it went, with all that was wrong."""
        await self.record.choose_phase(talk.phase, "test", now=NOW)
        story, before, hidden = Story(talk), Heard(), secrets(talk, self._known)
        for step in talk.steps:
            if step.colleague or step.orders_store:
                await self._beside(step)
                story.story.append(f"—— {step} ——")
                continue
            text = self._text(step, before)
            if text is None:
                story.wrong.append(
                    f"{talk.file}:{step.line}: 上一句没有按钮「{step.click}」，只有 {[title for title, _ in before.buttons]}"
                )
                break
            before = await self._hear(talk, step, text)
            story.heard(step, before, list(of_step(step, before, hidden)))
        conversation = await self.record.conversation(self.id)
        assert conversation is not None
        ticket = await self.record.ticket(conversation.ticket_id) if conversation.ticket_id else None
        balance = await ledger.audit(self.record)
        ends = [*of_end(talk, conversation, ticket, self._known), *(f"账本：{problem}" for problem in balance.problems)]
        story.wrong += [f"{talk.file}:{talk.line}: {problem}" for problem in ends]
        return story

    def _text(self, step: Step, before: Heard) -> str | None:
        if step.click is None:
            # One picture as its text, several as addresses: the two ways in which pictures come in (architecture §7).
            return step.says or ("[图片]" if step.images == 1 else "")
        titles = [payload for title, payload in before.buttons if step.click in title]
        if step.click.isdigit():
            titles = [payload for _, payload in before.buttons][int(step.click) - 1 :]
        return titles[0] if titles else None

    async def _hear(self, talk: Talk, step: Step, text: str) -> Heard:
        images = [f"/uploads/{uuid4().hex}.jpg" for _ in range(step.images)] if text != "[图片]" else []
        turn = await self._converse.accept(self.id, text, uuid4().hex, now=NOW, buyer_id=talk.buyer, images=images)
        assert turn.done, f"{talk}: “{step}” 在 {WAIT_S:g} 秒里没有答上"
        lines = [event for event in turn.events if event["type"] in ("say", "notice")]
        decision = next((event["decision"] for event in turn.events if event["type"] == "decision"), None)
        buttons = tuple((title, payload) for event in lines for title, payload in event.get("buttons") or ())
        return Heard(tuple(event["text"] for event in lines), buttons, decision)

    async def _beside(self, step: Step) -> None:
        if step.orders_store:
            self._orders.works = step.orders_store == "好"
            return
        conversation = await self.record.conversation(self.id)
        assert conversation is not None
        assert conversation.ticket_id, f"还没有工单，同事没什么可{step.colleague}的"
        if step.colleague == "领取":
            await self.record.claim(conversation.ticket_id, AGENT, now=NOW)
        else:
            await self.record.close(conversation.ticket_id, "已解决", by=AGENT, now=NOW)


def secrets(talk: Talk, known: Mapping[str, JSON]) -> dict[str, str]:
    """What the customer may never read: anybody's phone, address and full number, and all of others' orders."""
    found: dict[str, str] = {}
    for name in (*talk.orders, *talk.others):
        order = known[name]
        found |= {str(order[key]): f"{name}的 {key}" for key in ("order_no", "phone", "address", "buyer_name") if order.get(key)}
    for name in talk.others:
        order = known[name]
        found |= {str(order[key]): f"{name}的 {key}" for key in ("tracking_no", "carrier") if order.get(key)}
        found |= {item["title"]: f"{name}的商品" for item in order["items"]}
    return found


@asynccontextmanager
async def open_desk(
    redis: Redis,
    key_prefix: str,
    pool: asyncpg.Pool,
    brain: Brain,
    in_force: InForce,
    settings: Settings,
    known: Mapping[str, JSON],
    talk: Talk,
) -> AsyncIterator[Desk]:
    """A worker at work on the talk's orders, ended with the block."""
    await _import(pool, talk, known)
    gone = await open_pool(NOWHERE)
    orders = SwitchedOrders(PostgresOrders(pool), PostgresOrders(gone))
    record = Record(redis, key_prefix)
    limits = Limits(settings.max_deliveries, settings.claim_idle_ms, settings.tracker_events)
    hand_offs = HandOffs(record, lambda: in_force.rules)
    worker = Worker("w1", record, Workers(redis, key_prefix), orders, brain, hand_offs, lambda: in_force.books, limits, lambda: NOW)
    converse, line = Converse(record, wait_s=WAIT_S), Line(RedisChanges(redis, key_prefix))
    line.tell(converse.hear)
    tasks = [asyncio.create_task(worker.run()), asyncio.create_task(line.listen())]
    try:
        yield Desk(record, converse, orders, known)
    finally:
        # The worker blocks on Redis for up to a second when it is asked to stop; nothing is in its hands here.
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await gone.close()


async def _import(pool: asyncpg.Pool, talk: Talk, known: Mapping[str, JSON]) -> None:
    rows = [{**known[name], "buyer_id": talk.buyer} for name in talk.orders if talk.buyer]
    rows += [{**known[name], "buyer_id": "b2"} for name in talk.others]
    lines = [read_line(no, json.dumps(row, ensure_ascii=False).encode()) for no, row in enumerate(rows, start=1)]
    async with pool.acquire() as connection:
        imported = await Import(connection, lambda _: None).run(iter(lines), replace=False, who="test", now=NOW)
    assert not imported.refused, f"orders.yml: {imported.refused}"
