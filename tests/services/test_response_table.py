"""The table of playbook §3, cell by cell: order and message in, path, rule, duties and due times out.

Written from the playbook's page, not from data/shop/deadlines.yml, so that a cell changes only when both places say so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.desk.duties import ticked
from bot.desk.staffing import SHANGHAI
from bot.model import Conversation, Decision, Facts, HandOff, Message, Order, Ticket
from bot.services.desk_rules import load_desk_rules
from bot.services.hand_off import open_ticket

RULES = load_desk_rules()
NOON = datetime(2026, 11, 12, 12, tzinfo=SHANGHAI)
SCAN = ({"at": (NOON - timedelta(hours=30)).isoformat(), "text": "已揽收"},)
AT_ONCE, HALF, TWO_H, EIGHT_H, DAY = 10, 30, 120, 480, 1440
"""Minutes. The playbook says no number for "at once": ten is the shop's default."""


def paid(hours: float, state: str, **more: Any) -> Order:
    """An order paid so many hours ago."""
    order = {"paid_at": NOON - timedelta(hours=hours), "items": ({"title": "杯子"},), **more}
    return Order("5126030011220030606", "b1", state, 12900, **order)


def with_application(order: Order, kind: str, state: str = "asked") -> Order:
    return Order(**{**order.__dict__, "refund": {"kind": kind, "state": state}})


PAID_LATE, PAID = paid(80, "paid"), paid(20, "paid")
PAID_LEFT = paid(20, "paid", tracking_no="SF1", logistics=SCAN)
ON_THE_WAY = paid(50, "shipped", shipped_at=NOON - timedelta(hours=31), logistics=SCAN)
ON_THE_WAY_LATE = paid(110, "shipped", shipped_at=NOON - timedelta(hours=31), logistics=SCAN)
NOT_COLLECTED = paid(50, "shipped", shipped_at=NOON - timedelta(hours=31), tracking_no="SF1", raw={"logistics": []})
RECEIVED = paid(100, "signed", shipped_at=NOON - timedelta(hours=60), signed_at=NOON - timedelta(hours=9), logistics=SCAN)
RECEIVED_LATE = paid(200, "signed", shipped_at=NOON - timedelta(hours=60), signed_at=NOON - timedelta(hours=9), logistics=SCAN)
RECEIVED_LONG_AGO = paid(400, "signed", shipped_at=NOON - timedelta(hours=380), signed_at=NOON - timedelta(hours=300), logistics=SCAN)
PAID_BACK = with_application(paid(100, "refunded"), "仅退款", "done")
BACK = paid(300, "return_signed", shipped_at=NOON - timedelta(hours=250), returned={"signed_at": (NOON - timedelta(hours=90)).isoformat()})


@dataclass(frozen=True)
class Cell:
    """One cell: what happened, and what must be done by whom within how many minutes (of the duty before it, where `after` names one)."""

    label: str
    order: Order
    path: int
    say: str
    duties: dict[str, tuple[str, int]]
    text: str = "怎么办"
    after: dict[str, str] = field(default_factory=dict)
    calls: frozenset[str] = frozenset()


LATE = "dispute.shipping_delay"
RECALL: dict[str, tuple[str, int]] = {
    "reply": ("agent", HALF), "note": ("agent", HALF), "recall": ("agent", HALF), "courier": ("courier", TWO_H), "tell": ("agent", HALF),
}  # fmt: skip
RECALL_AFTER = {"courier": "recall", "tell": "courier"}
STOP: dict[str, tuple[str, int]] = {"reply": ("agent", HALF), "stop": ("warehouse", HALF), "agree": ("agent", AT_ONCE)}
AGREED_AT_ONCE: dict[str, tuple[str, int]] = {"reply": ("agent", HALF), "review": ("agent", AT_ONCE), "call": ("agent", HALF)}
PARTIAL: dict[str, tuple[str, int]] = {"reply": ("agent", HALF), "offer": ("agent", HALF), "decide": ("supervisor", HALF)}
WRONG_KIND: dict[str, tuple[str, int]] = {"reply": ("agent", HALF), "refuse": ("agent", HALF), "guide": ("agent", HALF)}
SEVEN_DAYS: dict[str, tuple[str, int]] = {"reply": ("agent", HALF), "agree": ("agent", AT_ONCE), "note": ("agent", HALF)}
PHOTOS: dict[str, tuple[str, int]] = {"reply": ("agent", HALF), "judge": ("agent", HALF), "final": ("agent", DAY)}


def department(minutes: int) -> dict[str, tuple[str, int]]:
    return {"reply": ("agent", HALF), "note": ("agent", HALF), "department": ("department", minutes), "tell": ("agent", HALF)}


DEPARTMENT_AFTER = {"department": "note", "tell": "department"}
CALL = frozenset({"call"})
PROMISED = paid(200, "paid", promised_ship_at=NOON + timedelta(hours=1))
CELLS = {
    "1 out of stock": Cell("case.out_of_stock", PAID, 1, "缺货属违规", AGREED_AT_ONCE, calls=CALL),
    "1 late, breach": Cell(LATE, PAID_LATE, 1, "发货超时属违规", AGREED_AT_ONCE, calls=CALL),
    "1 late, no breach": Cell(LATE, PAID, 1, "未违约", {"reply": ("agent", HALF), "call": ("agent", HALF), "refuse": ("agent", HALF)}, calls=CALL),
    "1 late, believed by nobody": Cell(
        LATE, PROMISED, 1, "未违约", {"reply": ("agent", HALF), "call": ("agent", HALF), "refuse": ("agent", HALF)},
        text="都超过 72 小时了，你们违约", calls=CALL,
    ),
    "1 changed mind, in fact shipped": Cell("faq.cancel_order", PAID_LEFT, 1, "实际已发出", RECALL, after=RECALL_AFTER),
    "1 changed mind, in fact not shipped": Cell("faq.cancel_order", PAID, 1, "确实未发货", STOP, after={"agree": "stop"}),
    "1 invoice": Cell("dispute.invoice", PAID, 1, "8 小时", department(EIGHT_H), after=DEPARTMENT_AFTER),
    "1 goods in hand, but not shipped": Cell("dispute.product_quality", PAID, 1, "核对是哪一单", {"reply": ("agent", HALF)}),
    "1 refunded already": Cell("faq.refund_urge", PAID_BACK, 1, "订单已退款", {"reply": ("agent", HALF), "check": ("department", EIGHT_H)}),
    "1 agreed, in fact not shipped": Cell(
        "faq.refund_process", with_application(PAID, "仅退款", "agreed"), 1, "确实未发货", STOP, after={"agree": "stop"}
    ),
    "2 late, breach": Cell(
        LATE, ON_THE_WAY_LATE, 2, "发货超时属违规",
        {"reply": ("agent", HALF), "recall": ("agent", HALF), "courier": ("courier", TWO_H), "final": ("agent", AT_ONCE)},
        after={"courier": "recall", "final": "courier"},
    ),
    "2 late, no breach": Cell(LATE, ON_THE_WAY, 2, "未违约", {"reply": ("agent", HALF), "refuse": ("agent", HALF)}),
    "2 other, shipped": Cell("faq.intercept", ON_THE_WAY, 2, "追件", RECALL, after=RECALL_AFTER),
    "2 parcel not moving": Cell("dispute.logistics_stalled", ON_THE_WAY, 2, "追件", RECALL, after=RECALL_AFTER),
    "2 not received": Cell("case.not_received", RECEIVED, 2, "追件", RECALL, after=RECALL_AFTER),
    "2 other, not shipped": Cell("faq.intercept", NOT_COLLECTED, 2, "实际未发出", STOP, after={"agree": "stop"}),
    "2 invoice": Cell("dispute.invoice", ON_THE_WAY, 2, "8 小时", department(EIGHT_H), after=DEPARTMENT_AFTER),
    "3 late, breach": Cell(LATE, RECEIVED_LATE, 3, "仅赔付", {"reply": ("agent", HALF), "agree": ("agent", HALF), "guide": ("agent", HALF)}),
    "3 late, no breach": Cell(LATE, RECEIVED, 3, "不违约的理由", {"reply": ("agent", HALF), "refuse": ("agent", HALF)}),
    "3 partial, agreed before": Cell(
        "dispute.price_difference", with_application(RECEIVED, "仅退款", "agreed"), 3, "直接同意", {"reply": ("agent", HALF), "agree": ("agent", HALF)}
    ),
    "3 partial, not agreed": Cell("dispute.price_difference", RECEIVED, 3, "提交主管", PARTIAL, after={"decide": "offer"}),
    "3 wrong kind": Cell(
        "dispute.product_quality", with_application(RECEIVED, "仅退款"), 3, "一步一步指导", WRONG_KIND, text="有质量问题，我要退货",
        after={"guide": "refuse"},
    ),
    "3 wrong kind, said so": Cell("faq.refund_edit", with_application(RECEIVED, "仅退款"), 3, "一步一步指导", WRONG_KIND, after={"guide": "refuse"}),
    "3 repair": Cell("faq.warranty", RECEIVED, 3, "24 小时", department(DAY), after=DEPARTMENT_AFTER),
    "3 missing item": Cell("case.wrong_or_missing_item", RECEIVED, 3, "8 小时", department(EIGHT_H), text="少发了一件", after=DEPARTMENT_AFTER),
    "3 freight": Cell("dispute.return_freight", RECEIVED, 3, "8 小时", department(EIGHT_H), after=DEPARTMENT_AFTER),
    "3 description": Cell(
        "dispute.product_description", RECEIVED, 3, "24 小时", department(DAY), text="颜色不对，不想退货，退点钱", after=DEPARTMENT_AFTER
    ),
    "3 quality": Cell("dispute.product_quality", with_application(RECEIVED, "仅退款"), 3, "24 小时", department(DAY), after=DEPARTMENT_AFTER),
    "3 invoice": Cell("dispute.invoice", RECEIVED, 3, "8 小时", department(EIGHT_H), after=DEPARTMENT_AFTER),
    "4 late, breach": Cell(
        LATE, with_application(RECEIVED_LATE, "退货退款"), 4, "是否还要货", {"review": ("agent", AT_ONCE), "reply": ("agent", HALF)}
    ),
    "4 late, no breach": Cell(LATE, with_application(RECEIVED, "退货退款"), 4, "说明情况", {"reply": ("agent", HALF), "refuse": ("agent", HALF)}),
    "4 seven days": Cell("faq.return_process", RECEIVED, 4, "七天无理由", SEVEN_DAYS),
    "4 changed mind after receipt": Cell("faq.cancel_order", RECEIVED, 4, "七天无理由", SEVEN_DAYS),
    "4 seven days are over": Cell("faq.return_process", RECEIVED_LONG_AGO, 4, "超过 7 天", {"reply": ("agent", HALF), "judge": ("agent", HALF)}),
    "4 hurried, not sent back yet": Cell(
        "faq.refund_urge", with_application(RECEIVED, "退货退款"), 4, "还没寄回", {"reply": ("agent", HALF), "review": ("agent", AT_ONCE)}
    ),
    "4 return application to be changed": Cell(
        "faq.refund_edit", with_application(RECEIVED, "退货退款"), 4, "一步一步指导", {"reply": ("agent", HALF), "guide": ("agent", HALF)}
    ),
    "4 damaged": Cell("case.damaged_on_arrival", RECEIVED, 4, "照片", PHOTOS),
    "4 wrong goods": Cell("case.wrong_or_missing_item", RECEIVED, 4, "照片", PHOTOS, text="发错颜色了"),
    "4 description": Cell("dispute.product_description", RECEIVED, 4, "照片", PHOTOS),
    "4 quality": Cell("dispute.product_quality", RECEIVED, 4, "照片", PHOTOS),
    "4 counterfeit": Cell("case.counterfeit", RECEIVED, 4, "照片", PHOTOS),
    "4 refund overdue": Cell(
        "case.refund_overdue", BACK, 4, "立即退款", {"reply": ("agent", HALF), "check": ("warehouse", HALF), "pay": ("agent", AT_ONCE)},
        after={"pay": "check"},
    ),
}  # fmt: skip


def ticket_of(
    label: str, order: Order | None, text: str = "怎么办", *, now: datetime = NOON, phase: str = "after_sales", **on_duty: int
) -> Ticket:
    """The ticket that a hand-off of this matter opens."""
    group = RULES.taxonomy.labels[label].group or "reception"
    decision = Decision(
        "hand_off", label, 0.9, (), hand_off=HandOff(group, "claim"), ticket={"label": label, "order_no": order.order_no if order else None}
    )
    facts = Facts(now=now, phase=phase, buyer_id="b1", orders=(order,) if order else (), on_duty=on_duty)
    return open_ticket(decision, Conversation("c1"), Message(1, text, "m", now), facts, ticket_id="T1", rules=RULES)


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_of_the_response_table(name: str) -> None:
    cell = CELLS[name]
    ticket = ticket_of(cell.label, cell.order, cell.text, exceptions=1, returns_refunds=1, reception=1, supervisor=1)
    assert ticket.path == cell.path
    assert cell.say in ticket.response_rule
    assert {duty.id: duty.by for duty in ticket.duties} == {id_: by for id_, (by, _) in cell.duties.items()}
    assert {duty.id: duty.after for duty in ticket.duties if duty.after} == cell.after
    assert {duty.id for duty in ticket.duties if duty.call} == cell.calls
    assert ticket.due_at == NOON + timedelta(minutes=30)
    # Everything is done at the last moment, so that what follows begins there.
    ends: dict[str, datetime] = {}
    for id_, (_, minutes) in sorted(cell.duties.items(), key=lambda row: _depth(row[0], cell.after)):
        begins = ends[cell.after[id_]] if id_ in cell.after else NOON
        found = next(duty for duty in ticket.duties if duty.id == id_)
        assert found.due_at == begins + timedelta(minutes=minutes), id_
        ends[id_] = found.due_at
        ticket = ticked(ticket, id_, "amy", found.due_at)


def _depth(id_: str, after: dict[str, str]) -> int:
    return 1 + _depth(after[id_], after) if id_ in after else 0


def due(ticket: Ticket) -> dict[str, datetime | None]:
    return {duty.id: duty.due_at for duty in ticket.duties}


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(("there", "hours"), [(1, 2), (0, 4)])
def test_at_night_the_next_look_counts_for_our_people_and_the_courier_keeps_his_time(there: int, hours: int) -> None:
    night = at(13, 3)
    ticket = ticket_of("faq.cancel_order", paid(20, "paid", tracking_no="SF1"), now=night, exceptions=there, reception=there)
    assert ticket.due_at == night + timedelta(hours=hours)
    assert due(ticket)["recall"] == night + timedelta(hours=hours)
    done = at(13, 3, 20)
    assert due(ticked(ticket, "recall", "amy", done))["courier"] == done + timedelta(hours=2)
    assert ticket.response_rule.endswith("无人值班每 4 小时处理一次。")


def test_what_a_supervisor_decides_is_due_in_eight_hours_when_none_is_there() -> None:
    ticket = ticket_of("dispute.escalation", RECEIVED)
    assert (ticket.group, ticket.due_at) == ("supervisor", NOON + timedelta(hours=8))
    assert ticket_of("dispute.escalation", RECEIVED, supervisor=1).due_at == NOON + timedelta(minutes=30)


def test_the_promotion_has_other_hours() -> None:
    early = at(13, 8, 30)
    assert ticket_of("dispute.product_quality", RECEIVED, now=early, returns_refunds=1).due_at == early + timedelta(hours=2)
    ticket = ticket_of("dispute.product_quality", RECEIVED, now=early, phase="promotion", reception=1)
    assert (ticket.group, ticket.due_at) == ("reception", early + timedelta(minutes=30))
