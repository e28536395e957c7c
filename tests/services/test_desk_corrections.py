"""Labels and evidence put right, and the buyer's data shown to few, in the audit."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import asyncpg
import pytest
from redis.asyncio import Redis

from bot.desk.rights import Person
from bot.errors import BadInput, Forbidden, NotFound, StoreDown
from bot.services.desk import Desk
from bot.shop.read import read_order
from tests.services.desk_people import ADMIN, BOOKS, BOSS, LIN, MEI, RUI, TRAINER, SomeOrders, a_desk, audited, hand_off
from tests.shop.orders_for_tests import an_order
from tests.stores.redis_builders import NOON, after


@pytest.fixture
def orders() -> SomeOrders:
    return SomeOrders()


@pytest.fixture
def desk(redis: Redis, key_prefix: str, database: asyncpg.Pool, orders: SomeOrders) -> Desk:
    return a_desk(redis, key_prefix, database, orders)


async def test_a_corrected_label_is_a_candidate_with_the_sentence_masked(desk: Desk) -> None:
    ticket = await hand_off(desk, text="少发了一件，电话 13812345678")
    row = (await desk.correct_label(LIN, ticket.id, "case.wrong_or_missing_item", None, NOON)).row
    assert (row["label"], row["label_zh"]) == ("case.wrong_or_missing_item", desk.parts.rules().taxonomy.zh("case.wrong_or_missing_item"))
    (candidate,) = [row for row in await desk.parts.outbox.rows() if row.kind == "candidate"]
    assert candidate.who == "s1" and candidate.at == NOON
    assert candidate.data["text"] == "少发了一件，电话 138****5678"
    assert (candidate.data["was"], candidate.data["label"]) == (ticket.label, "case.wrong_or_missing_item")
    (event,) = [event for event in await desk.record.events("c1") if event["type"] == "label"]
    assert (event["was"], event["label"], event["name"], event["message_no"]) == (ticket.label, row["label"], "小林", 1)


async def test_the_same_label_is_no_correction_and_an_unknown_one_is_refused(desk: Desk) -> None:
    ticket = await hand_off(desk)
    await desk.correct_label(TRAINER, ticket.id, ticket.label, None, NOON)
    with pytest.raises(BadInput, match="没有这个标签"):
        await desk.correct_label(LIN, ticket.id, "faq.nothing", None, NOON)
    with pytest.raises(BadInput, match="不是顾客的话"):
        await desk.correct_label(LIN, ticket.id, "faq.tracking", 2, NOON)
    with pytest.raises(Forbidden):
        await desk.correct_label(RUI, ticket.id, "faq.tracking", None, NOON)
    assert await desk.parts.outbox.rows() == []


async def test_under_the_right_label_path_rule_duties_and_evidence_are_those_of_a_hand_off(desk: Desk, orders: SomeOrders) -> None:
    orders.of["b1"] = (read_order(an_order(5503, state="signed")),)
    ticket = await hand_off(desk, text="用了两天就坏了")
    await desk.claim(LIN, ticket.id, NOON)
    await desk.evidence(LIN, ticket.id, "照片", True, 1, NOON)
    done = await desk.correct_label(LIN, ticket.id, "dispute.product_quality", None, after(60))
    found = await desk.ticket(ticket.id)
    assert (found.path, done.row["path"]) == (4, 4)
    assert found.response_rule.startswith("30 分钟内按买家提供的照片判断") and found.response_rule_en.startswith("Decide on the return")
    assert {duty.id: duty.due_at for duty in found.duties} == {"reply": ticket.due_at, "judge": after(1860), "final": after(60 + 86400)}
    needed = [need.what for need in BOOKS.books["dispute.product_quality"].evidence]
    assert [piece.what for piece in found.evidence] == [*needed, "照片"]
    # The group does not change by itself; whose it would be is said.
    assert (found.group, done.group) == (ticket.group, "returns_refunds")
    back = await desk.correct_label(LIN, ticket.id, ticket.label, None, after(90))
    assert (back.group, back.row["path"]) == (None, (await desk.ticket(ticket.id)).path)


async def test_a_closed_ticket_changes_its_label_only(desk: Desk) -> None:
    ticket = await hand_off(desk)
    await desk.claim(LIN, ticket.id, NOON)
    await desk.close(LIN, ticket.id, "explained", "", NOON)
    before = await desk.ticket(ticket.id)
    done = await desk.correct_label(TRAINER, ticket.id, "dispute.product_quality", None, after(60))
    assert await desk.ticket(ticket.id) == replace(before, label="dispute.product_quality")
    assert done.group is None


async def test_while_the_order_cannot_be_looked_up_nothing_changes(desk: Desk, orders: SomeOrders) -> None:
    ticket = await hand_off(desk)
    orders.away = True
    with pytest.raises(StoreDown):
        await desk.correct_label(LIN, ticket.id, "dispute.product_quality", None, after(60))
    assert (await desk.ticket(ticket.id)).label == ticket.label
    assert await desk.parts.outbox.rows() == []


async def test_two_who_tick_different_pieces_at_once_find_both_ticked(desk: Desk) -> None:
    ticket = await hand_off(desk)
    await desk.claim(LIN, ticket.id, NOON)
    await asyncio.gather(desk.evidence(LIN, ticket.id, "照片", True, 1, NOON), desk.evidence(BOSS, ticket.id, "质检记录", True, None, NOON))
    evidence = (await desk.detail(LIN, "c1"))["evidence"]
    assert [(piece["have"], piece["refs"]) for piece in evidence] == [(True, [1]), (True, [])]
    await desk.evidence(LIN, ticket.id, "照片", False, None, NOON)
    assert (await desk.detail(LIN, "c1"))["next"]["missing"] == ["照片"]
    with pytest.raises(BadInput):
        await desk.evidence(LIN, ticket.id, "身份证", True, None, NOON)
    with pytest.raises(Forbidden):
        await desk.evidence(MEI, ticket.id, "照片", True, None, NOON)


async def test_a_picture_is_attached_when_it_is_the_conversations_or_ones_own(desk: Desk) -> None:
    ticket = await hand_off(desk)
    await desk.claim(LIN, ticket.id, NOON)
    own, theirs, strange = ("1" * 32 + ".jpg", "2" * 32 + ".jpg", "3" * 32 + ".jpg")
    for name, owner in ((own, "agent:s1"), (theirs, "c1"), (strange, "c2")):
        await desk.parts.uploads.add(name, owner, NOON)
    await desk.evidence(LIN, ticket.id, "质检记录", True, None, NOON, picture=own)
    await desk.evidence(LIN, ticket.id, "质检记录", True, 1, NOON, picture=theirs)
    piece = (await desk.detail(LIN, "c1"))["evidence"][1]
    assert (piece["refs"], piece["pictures"]) == ([1], [f"/uploads/{own}", f"/uploads/{theirs}"])
    assert await desk.parts.uploads.owners([own]) == ["c1"]
    with pytest.raises(BadInput, match="不是这个会话里的"):
        await desk.evidence(LIN, ticket.id, "质检记录", True, None, NOON, picture=strange)
    with pytest.raises(BadInput, match="没有这条消息"):
        await desk.evidence(LIN, ticket.id, "质检记录", True, 999, NOON)


async def test_what_is_detached_goes_alone_and_the_piece_is_missing_with_its_last(desk: Desk) -> None:
    ticket = await hand_off(desk)
    await desk.claim(LIN, ticket.id, NOON)
    own = "1" * 32 + ".jpg"
    await desk.parts.uploads.add(own, "agent:s1", NOON)
    await desk.evidence(LIN, ticket.id, "照片", True, 1, NOON, picture=own)

    async def piece() -> tuple[bool, list[int], list[str]]:
        found = (await desk.detail(LIN, "c1"))["evidence"][0]
        return found["have"], found["refs"], found["pictures"]

    # Whoever detaches may not know of the picture: what is left keeps the piece there.
    await desk.evidence(LIN, ticket.id, "照片", False, 1, NOON, detach=True)
    assert await piece() == (True, [], [f"/uploads/{own}"])
    for _ in range(2):
        await desk.evidence(BOSS, ticket.id, "照片", False, None, NOON, picture=own, detach=True)
    assert await piece() == (False, [], [])
    with pytest.raises(BadInput, match="要说明取下哪一条"):
        await desk.evidence(LIN, ticket.id, "照片", False, None, NOON, detach=True)
    events = [event for event in await desk.record.events("c1") if event["type"] == "evidence"]
    assert [event.get("detached", False) for event in events] == [False, True, True]


async def test_the_buyers_data_is_shown_to_who_works_on_it_and_the_audit_keeps_who_saw_it(desk: Desk) -> None:
    ticket = await hand_off(desk)
    await desk.claim(LIN, ticket.id, NOON)
    buyer = await desk.unmask(LIN, "c1", NOON)
    assert (buyer.name, buyer.phone, buyer.address) == ("张三", "13800000001", "浙江省杭州市西湖区桂花弄1号")
    line = (await audited(desk))[-1]
    assert (line["who"], line["what"], line["conversation"], line["ticket"]) == ("s1", "unmask", "c1", ticket.id)
    assert not any(secret in str(line) for secret in ("张三", "13800000001", "桂花弄"))


@pytest.mark.parametrize("person", [MEI, RUI, TRAINER, ADMIN])
async def test_nobody_else_sees_it_and_nothing_stands_in_the_audit(desk: Desk, person: Person) -> None:
    ticket = await hand_off(desk)
    await desk.claim(LIN, ticket.id, NOON)
    with pytest.raises(Forbidden):
        await desk.unmask(person, "c1", NOON)
    assert [line["what"] for line in await audited(desk)] == ["claim"]


async def test_without_a_buyer_or_orders_there_is_nothing_to_show(desk: Desk, orders: SomeOrders) -> None:
    await desk.record.accept("c2", "在吗", "m1", now=NOON)
    with pytest.raises(NotFound, match="没有核实身份"):
        await desk.unmask(BOSS, "c2", NOON)
    await hand_off(desk)
    orders.of.clear()
    with pytest.raises(NotFound, match="没有订单"):
        await desk.unmask(BOSS, "c1", NOON)
    orders.away = True
    with pytest.raises(StoreDown):
        await desk.unmask(BOSS, "c1", NOON)
