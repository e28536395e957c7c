"""The scenes from outside: the shop's order and a customer's words in, the worker's ticket and log out; then the watch and the panel."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from redis.asyncio import Redis

from bot.gateway import shapes, visitor_views
from bot.model import JSON, Ticket
from bot.services.desk import Desk
from bot.services.reminders import Reminders
from bot.services.work import Brain
from bot.shop.read import read_order
from bot.stores.record import Record
from tests.brain.brains import shipped_brain
from tests.services.desk_people import BOSS, TRAINER, SomeOrders, a_desk
from tests.services.desks import RULES, a_worker, at_work, settle, write
from tests.shop.orders_for_tests import an_order
from tests.stores.redis_builders import NOON, after

DAY = 86_400


def at(**ago: float) -> str:
    return (NOON - timedelta(**ago)).isoformat()


def order(state: str, **fields: Any) -> JSON:
    """An order in the shop's form, paid twenty hours ago, without scans."""
    plain = {"carrier": None, "tracking_no": None, "logistics": [], "freight_insurance": False}
    return an_order(7, state=state, **{**plain, "paid_at": at(hours=20), "placed_at": at(hours=21), **fields})


def scans(**ago: float) -> list[JSON]:
    return [{"at": at(**ago), "text": "【义乌市】已揽收"}]


def asked(days: float) -> JSON:
    return {"kind": "仅退款", "state": "asked", "asked_at": at(days=days), "amount_fen": 12900}


LATE_SENT = {"paid_at": at(days=30), "shipped_at": at(days=20), "logistics": scans(days=20)}
SENT = {"paid_at": at(days=3), "shipped_at": at(days=2), "logistics": scans(days=2)}
PRINTED = {"paid_at": at(hours=60), "shipped_at": at(hours=30), "tracking_no": "SF1234567890"}
SIGNED = {"paid_at": at(days=6), "shipped_at": at(days=5), "signed_at": at(days=1), "logistics": scans(days=5)}
BACK = {**SIGNED, "return": {"tracking_no": "SF1", "shipped_at": at(days=3), "signed_at": at(days=1)}}
HURRY, PERSON = ("催一下我的退款", "转人工"), ("转人工",)
LATE, QUALITY = ("说好48小时发货的，承诺过期了，你们违约要赔",), ("鞋子穿了两天就开胶了，质量太差", "拍不了照片")
GONE = ("快递显示签收了但我根本没收到",)
SHIP = ("什么时候发货，快点发", "转人工")
CELLS: dict[str, tuple[str | None, tuple[str, ...], JSON]] = {
    "under way": ("under_way", HURRY, order("shipped", **SENT, refund=asked(1))),
    "under way, nothing asked": (None, PERSON, order("shipped", **SENT)),
    "late, not true": ("late_not_true", LATE, order("shipped", **SENT)),
    "late, true": ("late_true_shipped", LATE, order("shipped", **LATE_SENT)),
    "before shipping": ("refund_before_shipping", ("不想要了，帮我取消订单", "转人工"), order("paid")),
    "before shipping, nothing asked": (None, SHIP, order("paid")),
    "near day 20": ("near_day_20", HURRY, order("shipped", **LATE_SENT, refund=asked(18))),
    "near day 20, not yet": ("under_way", HURRY, order("shipped", **LATE_SENT, refund=asked(12))),
    "five days": ("unshipped_5d", SHIP, order("paid", paid_at=at(days=5.1), promised_ship_at=at(days=-9))),
    "four days": (None, SHIP, order("paid", paid_at=at(days=4.9), promised_ship_at=at(days=-9))),
    "collection due": ("collection_due", HURRY, order("shipped", **PRINTED, refund=asked(1))),
    "collection not due yet": ("refund_before_shipping", HURRY, order("shipped", **{**PRINTED, "paid_at": at(hours=40)}, refund=asked(1))),
    "no collection in time": ("no_collection", HURRY, order("paid", paid_at=at(hours=66), refund=asked(1))),
    "quality": ("quality_unproven", QUALITY, order("signed", **SIGNED)),
    "price": ("gift_or_price", ("刚买完就降价了，差价不给退", "昨天看到的"), order("signed", **SIGNED)),
    "not received": ("signed_for", GONE, order("signed", **SIGNED)),
    "not received, still under way": (None, GONE, order("shipped", **SENT)),
    "goods back": ("return_refund_late", ("退货你们仓库签收了，钱一直没退给我",), order("return_signed", **BACK)),
    "goods back and paid": (None, PERSON, order("refunded", **BACK)),
    "goods back with a quarrel": ("return_flawed", ("仓库说我退回去的东西少了配件，我不认", "我寄的时候是全的"), order("return_signed", **BACK)),
}  # fmt: skip


@pytest.fixture
def brain(model_path: Path) -> Brain:
    return shipped_brain(model_path)


@pytest.fixture
def orders() -> SomeOrders:
    return SomeOrders()


@pytest.fixture
def desk(redis: Redis, key_prefix: str, database: asyncpg.Pool, orders: SomeOrders) -> Desk:
    return a_desk(redis, key_prefix, database, orders)


@pytest.fixture
def record(desk: Desk) -> Record:
    return desk.record


async def say(record: Record, *texts: str, conversation: str = "c1", buyer: str = "b1") -> Ticket | None:
    """The customer's words one by one, answered; the conversation's ticket."""
    for text in texts:
        await write(record, text, conversation, buyer_id=buyer)
        await settle(record)
    tickets = await record.tickets(sender=conversation)
    return tickets[0] if tickets else None


async def order_events(record: Record, conversation: str = "c1") -> list[JSON]:
    return [event for event in await record.events(conversation) if event["type"] == "order"]


async def test_every_scene_and_its_nearest_other_on_the_worker_s_tickets(record: Record, brain: Brain, orders: SomeOrders) -> None:
    found: dict[str, str | None] = {}
    for n, (_, _, row) in enumerate(CELLS.values()):
        orders.of[f"b{n}"] = (read_order({**row, "buyer_id": f"b{n}"}),)
    async with at_work(a_worker(record, brain, orders)):
        for n, (name, (_, texts, _)) in enumerate(CELLS.items()):
            ticket = await say(record, *texts, conversation=name, buyer=f"b{n}")
            assert ticket is not None, name
            found[name] = shapes.ticket(ticket)["scene"]
    assert found == {name: scene for name, (scene, _, _) in CELLS.items()}


async def test_the_shop_hears_once_not_to_ship_and_the_customer_not_at_all(record: Record, brain: Brain, orders: SomeOrders) -> None:
    orders.of["b1"] = (read_order(order("paid")),)
    async with at_work(a_worker(record, brain, orders)):
        assert await say(record, "不想要了，帮我取消订单") is None
        ticket = await say(record, "退款要怎么申请", "转人工")
    assert ticket is not None
    (event,) = await order_events(record)
    assert (event["what"], event["hook"], event["order_no"]) == ("do_not_ship", "order.do_not_ship", ticket.order_no)
    assert visitor_views.shown(event, groups={}) is None
    assert "仓库截单记录" in [piece.what for piece in ticket.evidence]


async def test_the_event_of_a_hand_off_names_its_ticket(record: Record, brain: Brain, orders: SomeOrders) -> None:
    orders.of["b1"] = (read_order(order("paid", refund=asked(0.1))),)
    async with at_work(a_worker(record, brain, orders)):
        ticket = await say(record, "转人工")
    assert ticket is not None
    assert [event["ticket"] for event in await order_events(record)] == [ticket.id]


async def test_the_panel_shows_the_scene_as_it_is_now_and_says_when_the_customer_changed_his_mind(
    record: Record, brain: Brain, orders: SomeOrders, desk: Desk
) -> None:
    orders.of["b1"] = (read_order(order("paid", refund=asked(0.1))),)
    async with at_work(a_worker(record, brain, orders)):
        await say(record, "帮我取消订单", "转人工")
    shown = await desk.detail(BOSS, "c1", NOON)
    assert (shown["scene"]["id"], shown["scene"]["en"]) == ("refund_before_shipping", "Refund asked before shipping")
    assert any(step.startswith("不要发货") for step in shown["next"]["steps"])
    assert len(shown["next"]["steps"]) == len(shown["next"]["steps_en"])
    masked = [event for event in (await desk.events(TRAINER, "c1", 0, None, 50))["events"] if event["type"] == "order"]
    assert masked[0]["order_no"] == "****0007"

    await record.accept("c1", "不退了 幫我發貨", "m9", now=NOON, buyer_id="b1")
    shown = await desk.detail(BOSS, "c1", NOON)
    assert any("顾客又说要货" in step for step in shown["next"]["steps"])
    assert not any(step.startswith("不要发货") for step in shown["next"]["steps"])

    orders.of["b1"] = (read_order(order("shipped", **SENT, refund=asked(1))),)
    assert (await desk.detail(BOSS, "c1", NOON))["scene"]["id"] == "under_way"


@pytest.fixture
async def alerts(desk: Desk) -> AsyncIterator[Callable[[], Awaitable[list[tuple[str, str]]]]]:
    """(what, ticket) of every alert since the last question."""
    async with aclosing(desk.parts.signals.listen()) as signals:
        line = asyncio.ensure_future(anext(signals))
        while not line.done():  # until the line stands
            await desk.parts.signals.publish("begin")
            await asyncio.sleep(0.01)

        async def heard() -> list[tuple[str, str]]:
            await desk.parts.signals.publish("end")
            found: list[tuple[str, str]] = []
            while (signal := await asyncio.wait_for(anext(signals), 10))["k"] != "end":
                found += [(signal["what"], signal["ticket"])] if signal["k"] == "alert" else []
            return found

        yield heard


async def test_the_watch_tells_once_when_time_brings_a_scene(  # type: ignore[no-untyped-def]
    record: Record, brain: Brain, orders: SomeOrders, desk: Desk, alerts
) -> None:
    orders.of["b1"] = (read_order(order("paid", paid_at=at(days=4), promised_ship_at=at(days=-9))),)
    async with at_work(a_worker(record, brain, orders)):
        ticket = await say(record, *SHIP)
    assert ticket is not None
    assert ticket.scene is None
    watch = Reminders(record, lambda: RULES, desk.parts.signals, orders)
    for seconds in (DAY - 60, DAY, DAY + 60, 3 * DAY):
        await watch.step(after(seconds))
        assert await alerts() == ([("scene", ticket.id)] if seconds == DAY else [])
    (event,) = [event for event in await record.events("c1") if event["type"] == "ticket" and event["what"] == "scene"]
    assert (event["scene"], event["by"]) == ("unshipped_5d", "watch")
    assert "早安抚" in event["next"][0]
    now = await record.ticket(ticket.id)
    assert now is not None
    assert (now.scene, now.severity) == ("unshipped_5d", ticket.severity)

    # Another scene in between: when the first comes back, it is told again, once.
    await record.amend(ticket.id, lambda found: replace(found, scene="under_way"), now=after(3 * DAY))
    for days, told in ((4, [("scene", ticket.id)]), (5, [])):
        await watch.step(after(days * DAY))
        assert await alerts() == told
    now = await record.ticket(ticket.id)
    assert now is not None and now.scene == "unshipped_5d"
    await record.abandon(ticket.id, by="desk", now=NOON)
    await watch.step(after(9 * DAY))
    assert await record.reminders(after(99 * DAY)) == []


async def test_the_watch_waits_for_orders_that_cannot_be_looked_up(record: Record, brain: Brain, orders: SomeOrders, desk: Desk) -> None:
    orders.of["b1"] = (read_order(order("paid", paid_at=at(days=4.9), promised_ship_at=at(days=-9))),)
    async with at_work(a_worker(record, brain, orders)):
        ticket = await say(record, *SHIP)
    assert ticket is not None
    watch = Reminders(record, lambda: RULES, desk.parts.signals, orders)
    orders.away = True
    await watch.step(after(DAY))
    orders.away = False
    await watch.step(after(DAY + 301))
    found = await record.ticket(ticket.id)
    assert found is not None and found.scene == "unshipped_5d"


async def test_an_application_that_comes_while_people_have_it_stops_the_order_too(
    record: Record, brain: Brain, orders: SomeOrders, desk: Desk
) -> None:
    orders.of["b1"] = (read_order(order("paid")),)
    async with at_work(a_worker(record, brain, orders)):
        ticket = await say(record, *SHIP)
    assert ticket is not None and await order_events(record) == []
    orders.of["b1"] = (read_order(order("paid", refund=asked(0.1))),)
    watch = Reminders(record, lambda: RULES, desk.parts.signals, orders)
    for hours in (6, 12, 18):
        await watch.step(after(hours * 3600))
    (event,) = await order_events(record)
    assert (event["by"], event["why"], event["ticket"]) == ("watch", "application", ticket.id)
