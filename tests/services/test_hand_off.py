"""The ticket and the lines of a hand-off."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.desk.staffing import SHANGHAI, Days, Holiday
from bot.errors import DataError
from bot.model import Conversation, Decision, Facts, HandOff, Line, Message, Order, Severity, Ticket, TicketState
from bot.services.desk_rules import load_desk_rules
from bot.services.desk_words import EN, desk_lines, opens
from bot.services.hand_off import REASONS_ZH, desk_decision, open_ticket

RULES = load_desk_rules()
NOON = datetime(2026, 11, 12, 12, 0, tzinfo=SHANGHAI)
NIGHT = datetime(2026, 11, 12, 3, 0, tzinfo=SHANGHAI)
ORDER = Order("320000000000001234", "b1", "signed", 12900, items=({"title": "玻璃杯"},), signed_at=NOON)


def ticket_of(
    *,
    text: str = "杯子碎了，电话13812345678",
    label: str = "case.damaged_on_arrival",
    group: str = "exceptions",
    facts: Facts,
    **extra: Any,
) -> Ticket:
    """A ticket as a turn opens it."""
    decision = Decision(
        action="hand_off",
        label="chat.inform_order",
        confidence=0.8,
        lines=(Line("实在抱歉，已记下。"),),
        severity=Severity.SERIOUS,
        hand_off=HandOff(group, "gathered"),
        ticket={"label": label, "order_no": ORDER.order_no, **extra},
    )
    conversation = Conversation("c1", buyer_id="b1", ticket_id="T0")
    message = Message(no=7, text=text, client_id="m", at=NOON, images=("data:image/jpeg;base64,xx",))
    return open_ticket(decision, conversation, message, facts, ticket_id="T1", rules=RULES)


@pytest.mark.parametrize(("back", "path", "said"), [(True, 4, "要退货（顾客说的）"), (False, 3, "不退货（顾客说的）"), (None, 4, "")])
def test_what_the_customer_said_of_the_goods_sets_path_rule_and_summary(back: bool | None, path: int, said: str) -> None:
    facts = Facts(now=NOON, buyer_id="b1", orders=(ORDER,))
    ticket = ticket_of(label="dispute.product_quality", text="[图片]", facts=facts, asked=["goods_back"], goods_back=back)
    assert (ticket.path, ticket.goods_back) == (path, back)
    assert said in ticket.summary
    assert ("货退不退：" in ticket.summary) is (back is not None)
    assert "问过：货退不退" in ticket.summary
    assert {duty.id for duty in ticket.duties} == ({"reply", "judge", "final"} if path == 4 else {"reply", "note", "department", "tell"})


def test_a_wrong_kind_that_was_said_before_keeps_its_rule_to_the_ticket() -> None:
    order = replace(ORDER, refund={"kind": "仅退款", "state": "asked"})
    facts = Facts(now=NOON, buyer_id="b1", orders=(order,))
    ticket = ticket_of(label="faq.refund_edit", text="我卡住了", facts=facts, goods_back=True, summary="机器人带着改申请：说到第 2 步")
    assert ticket.path == 3
    assert {duty.id for duty in ticket.duties} == {"reply", "refuse", "guide"}
    assert "实为退货退款" in ticket.response_rule
    assert "说到第 2 步" in ticket.summary


def test_the_negotiation_goes_onto_the_ticket() -> None:
    facts = Facts(now=NOON, buyer_id="b1", orders=(ORDER,))
    assert ticket_of(label="faq.return_process", facts=facts, negotiation="agree").negotiation == "agree"
    assert ticket_of(facts=facts).negotiation is None


def test_a_ticket_has_all_that_the_agent_needs() -> None:
    facts = Facts(now=NOON, buyer_id="b1", orders=(ORDER,))
    evidence = [{"what": "破损照片", "bring": "customer", "have": True}, {"what": "发货录像", "bring": "shop", "have": False}]
    ticket = ticket_of(facts=facts, evidence=evidence, asked=["photos"], given=["photos"], label2="faq.refund_urge", confidence=0.91)
    assert (ticket.label, ticket.label2, ticket.confidence, ticket.group) == (
        "case.damaged_on_arrival",
        "faq.refund_urge",
        0.91,
        "exceptions",
    )
    assert (ticket.path, ticket.state, ticket.buyer_id, ticket.previous) == (4, TicketState.WAITING, "b1", "T0")
    assert ticket.due_at == NOON + timedelta(minutes=30)
    assert ticket.evidence[0].refs == ("no:7",)
    assert ticket.said == ("实在抱歉，已记下。",)
    assert "照片" in ticket.response_rule
    for words in ("到货破损", "催退款", "严重", "玻璃杯 尾号 1234，已签收，129.00 元", "发货录像（店铺）", "138****5678", "给了：照片"):
        assert words in ticket.summary
    assert "13812345678" not in ticket.summary
    assert "320000000000001234" not in ticket.summary


def test_the_group_is_the_one_of_the_phase() -> None:
    assert ticket_of(facts=Facts(now=NOON, phase="promotion", orders=(ORDER,))).group == "reception"


def test_without_an_order_there_is_no_path_and_the_clock_is_the_first_reply() -> None:
    ticket = ticket_of(facts=Facts(now=NOON), order_no=None)
    assert ticket.path is None
    assert ticket.due_at == NOON + timedelta(seconds=180)
    assert "未提供（未核实）" in ticket.summary


def test_the_buyers_only_order_gives_the_path_when_no_number_was_typed() -> None:
    ticket = ticket_of(facts=Facts(now=NOON, orders=(ORDER,)), order_no=None)
    assert (ticket.path, ticket.order_no) == (4, None)


def test_a_desk_hand_off_goes_to_the_group_of_what_the_talk_was_about() -> None:
    known = Conversation("c1", label="dispute.product_quality")
    decision = desk_decision(RULES, known, "after_sales", "slow")
    assert (decision.group, decision.ticket["label"]) == ("returns_refunds", "dispute.product_quality")
    assert desk_decision(RULES, Conversation("c1"), "promotion", "slow").group == "reception"


def words(place: int, on_duty: dict[str, int], now: datetime, group: str = "exceptions") -> str:
    """What the customer reads."""
    ticket = ticket_of(facts=Facts(now=now, orders=(ORDER,), on_duty=on_duty), group=group)
    return "".join(desk_lines(ticket, place, on_duty, now, RULES.staffing, taxonomy=RULES.taxonomy, phase="after_sales"))


def test_with_people_there_the_customer_hears_place_and_estimate() -> None:
    assert "下一位就是您" in words(1, {"exceptions": 1}, NOON)
    assert "第 6 位，估计要等 12 分钟左右" in words(6, {"exceptions": 2}, NOON)


def test_with_nobody_there_the_customer_hears_so_and_gets_no_time_promised() -> None:
    said = words(2, {"reception": 3}, NOON)
    assert "都不在线，有同事上线就按顺序联系您" in said
    assert "分钟" not in said


def test_outside_the_hours_the_customer_hears_when_the_next_shift_starts() -> None:
    assert "今天 09:00 上班" in words(1, {}, NIGHT)
    assert "明天 09:00 上班" in words(1, {}, NOON.replace(hour=20), group="supervisor")
    assert "主管的同事" not in words(1, {}, NIGHT, group="supervisor")


def test_outside_the_hours_the_customer_hears_how_often_somebody_looks() -> None:
    assert words(1, {}, NIGHT).endswith("没有人值班，留言每 4 小时看一次。")
    assert words(2, {"exceptions": 1}, NIGHT).endswith("有同事值班，留言每 2 小时看一次。")
    assert "看一次" not in words(1, {}, NOON) + words(1, {"exceptions": 1}, NOON) + words(1, {}, NIGHT, group="supervisor")


def test_after_a_holiday_the_customer_hears_the_date() -> None:
    days = Days({date(2026, 11, day): Holiday("店休") for day in (13, 14)})
    closed = replace(RULES.staffing, days=days)
    evening = NOON.replace(hour=23, minute=30)
    assert opens("exceptions", "after_sales", evening, RULES.staffing) == "明天 09:00"
    assert opens("exceptions", "after_sales", evening, closed) == "11月15日 09:00"
    assert opens("exceptions", "after_sales", evening, closed, EN) == "on 15 November 09:00"


def test_the_reasons_of_the_severity_stand_on_the_ticket_and_in_its_summary() -> None:
    order = replace(ORDER, amount_fen=120_000)
    earlier = (NOON - timedelta(days=1), NOON - timedelta(days=2))
    decision = Decision(
        "hand_off", "dispute.shipping_delay", 0.9, (), severity=Severity.NORMAL, hand_off=HandOff("exceptions", "anger"),
        ticket={"label": "dispute.shipping_delay", "order_no": order.order_no, "base": "minor", "tone": ["punctuation"]},
    )  # fmt: skip
    message, facts = Message(7, "怎么回事", "m", NOON), Facts(now=NOON, orders=(order,))
    ticket = open_ticket(decision, Conversation("c1"), message, facts, ticket_id="T1", rules=RULES, earlier=earlier)
    assert ticket.severity is Severity.SERIOUS
    assert ticket.severity_reasons == ("情绪激动", "订单金额 1000 元以上", "30 天里第三次以上找人工")
    assert "严重程度：严重（情绪激动、订单金额 1000 元以上、30 天里第三次以上找人工）" in ticket.summary


def test_what_the_bot_found_grave_before_stays_so_and_says_why() -> None:
    ticket = ticket_of(facts=Facts(now=NOON, orders=(ORDER,)), base="minor", tone=[])
    assert (ticket.severity, ticket.severity_reasons) == (Severity.SERIOUS, ("本次会话里先前已升级",))


def test_all_problems_of_all_files_are_named_at_once(tmp_path: Any) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "deadlines.yml").write_text("clocks: [", encoding="utf-8")
    (tmp_path / "shop" / "staffing.yml").write_text("default_phase: x", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_desk_rules(tmp_path)
    text = str(caught.value)
    for name in ("taxonomy.yml", "calendar.yml", "deadlines.yml", "staffing.yml", "refunds.yml", "severity.yml"):
        assert name in text


def reasons_in(trees: list[ast.Module]) -> Iterator[str]:
    """Every text that a function of these sources takes as its `reason`: given by place, by name or by default."""
    places: dict[str, int] = {}
    for node in (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)):
        names = [arg.arg for arg in node.args.args if arg.arg != "self"]
        if "reason" in names:
            places[node.name] = names.index("reason")
        for arg, default in zip(node.args.kwonlyargs, node.args.kw_defaults):
            if arg.arg == "reason" and default is not None:
                yield from texts_in(default)
    places["HandOff"] = 1
    for call in (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        for place, value in enumerate(call.args):
            if places.get(name) == place:
                yield from texts_in(value)
        for keyword in call.keywords:
            if keyword.arg == "reason":
                yield from texts_in(keyword.value)


def texts_in(node: ast.expr) -> Iterator[str]:
    """The texts that an expression may come to; those of its conditions are none."""
    if isinstance(node, ast.IfExp):
        yield from texts_in(node.body)
        yield from texts_in(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def test_every_reason_of_a_hand_off_has_its_chinese_words() -> None:
    files = [file for folder in ("bot/playbooks", "bot/services", "actions") for file in sorted(Path(folder).glob("*.py"))]
    used = set(reasons_in([ast.parse(file.read_text(encoding="utf-8")) for file in files])) - {""}
    assert {"human", "gathered", "claim", "slow", "failed", "unsatisfied"} <= used  # it finds them in each of the ways
    assert used - set(REASONS_ZH) == set()


def test_who_writes_english_reads_the_queue_in_english() -> None:
    ticket = ticket_of(facts=Facts(now=NOON, orders=(ORDER,)), group="exceptions")
    said = desk_lines(ticket, 2, {}, NOON, RULES.staffing, taxonomy=RULES.taxonomy, phase="after_sales", writing="en")
    assert "number 2 in the queue" in said[0]
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in "".join(said))
