"""The thirteen scenes, each with what is nearest to it and is not it; what they ask for; what the reader refuses.

Written from the playbook's table (§6) and the document behind it, not from data/shop/scenes.yml.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.desk.scene_rows import read_scenes
from bot.desk.scenes import hook_of, is_told, is_wanted_again, scene_of, steps_of, stopped, wanted_again, with_proof
from bot.desk.staffing import SHANGHAI
from bot.errors import DataError
from bot.model import JSON, Order
from bot.playbooks.render import FIELDS
from bot.services.desk_rules import load_desk_rules
from bot.ticket_parts import Evidence
from bot.yaml_file import read_yaml

RULES = load_desk_rules()
SCENES, TERMS = RULES.scenes, RULES.deadlines.terms
NOON = datetime(2026, 11, 12, 12, tzinfo=SHANGHAI)
LATE, URGE, QUALITY = "dispute.shipping_delay", "faq.refund_urge", "dispute.product_quality"


def ago(**span: float) -> datetime:
    return NOON - timedelta(**span)


def scan(**span: float) -> tuple[JSON, ...]:
    return ({"at": ago(**span).isoformat(), "text": "已揽收"},)


def an_order(state: str, **fields: Any) -> Order:
    """Paid twenty hours ago, if nothing else is said."""
    return Order("5126030011220030606", "b1", state, 12900, **{"paid_at": ago(hours=20), **fields})


def asked(order: Order, *, days: float = 1, state: str = "asked", kind: str = "仅退款") -> Order:
    return replace(order, refund={"kind": kind, "state": state, "asked_at": ago(days=days).isoformat()})


PAID = an_order("paid")
UNDER_WAY = an_order("shipped", paid_at=ago(days=3), shipped_at=ago(days=2), logistics=scan(hours=44))
LATE_UNDER_WAY = an_order("shipped", paid_at=ago(days=9), shipped_at=ago(days=2), logistics=scan(hours=44))
NOT_COLLECTED = an_order("shipped", paid_at=ago(hours=60), shipped_at=ago(hours=30), tracking_no="SF1", raw={"logistics": []})
SIGNED = an_order("signed", paid_at=ago(days=6), shipped_at=ago(days=5), signed_at=ago(days=2), logistics=scan(days=5))
BACK = replace(SIGNED, state="return_signed", returned={"signed_at": ago(days=4).isoformat()})


@dataclass(frozen=True)
class Case:
    """A scene, a matter that is it, and the nearest that is not: another label, or another order."""

    label: str
    order: Order | None
    other_label: str | None = None
    other: Order | None = None


CASES = {
    "under_way": Case(URGE, asked(UNDER_WAY), other=UNDER_WAY, other_label="faq.tracking"),
    "late_not_true": Case(LATE, UNDER_WAY, other=LATE_UNDER_WAY),
    "late_true_shipped": Case(LATE, LATE_UNDER_WAY, other=UNDER_WAY),
    "refund_before_shipping": Case("faq.tracking", asked(PAID), other=PAID),
    "near_day_20": Case(URGE, asked(LATE_UNDER_WAY, days=17), other=asked(LATE_UNDER_WAY, days=16.9)),
    "unshipped_5d": Case("faq.shipping_urge", an_order("paid", paid_at=ago(days=5)), other=an_order("paid", paid_at=ago(days=4.9))),
    "collection_due": Case(URGE, asked(NOT_COLLECTED), other=asked(replace(NOT_COLLECTED, paid_at=ago(hours=40)))),
    "no_collection": Case("faq.cancel_order", an_order("paid", paid_at=ago(hours=61)), other=an_order("paid", paid_at=ago(hours=59))),
    "quality_unproven": Case(QUALITY, SIGNED, other=UNDER_WAY),
    "gift_or_price": Case("dispute.price_difference", SIGNED, other_label="dispute.invoice", other=SIGNED),
    "signed_for": Case("case.not_received", SIGNED, other=UNDER_WAY),
    "return_refund_late": Case("case.refund_overdue", BACK, other=replace(BACK, state="refunded")),
    "return_flawed": Case("dispute.return_inspection", BACK, other=SIGNED),
}


def found(label: str, order: Order | None, label2: str | None = None) -> str | None:
    scene = scene_of(SCENES, label, order, NOON, TERMS, label2=label2)
    return scene.id if scene else None


@pytest.mark.parametrize("scene", CASES)
def test_each_scene_is_recognised_and_what_is_nearest_is_not_it(scene: str) -> None:
    case = CASES[scene]
    assert found(case.label, case.order) == scene
    assert found(case.other_label or case.label, case.other) != scene


def test_there_are_thirteen_each_with_a_next_step_in_both_languages() -> None:
    assert {row.id for row in SCENES.rows} == set(CASES)
    assert len(SCENES.rows) == 13
    assert all(step.zh and step.en for row in SCENES.rows for step in row.next)


@pytest.mark.parametrize(
    ("label", "order", "scene"),
    [
        ("faq.cancel_order", PAID, "refund_before_shipping"),  # a message is enough
        ("faq.cancel_order", an_order("paid", tracking_no="SF1"), "under_way"),  # it left in fact
        ("faq.cancel_order", NOT_COLLECTED, "refund_before_shipping"),  # it left on paper only
        ("faq.cancel_order", None, None),  # words alone prove nothing
        ("faq.cancel_order", replace(PAID, state="refunded"), None),
        (URGE, asked(PAID, state="refused"), "refund_before_shipping"),
        ("faq.tracking", asked(PAID, state="refused"), None),
        ("case.out_of_stock", an_order("paid", paid_at=ago(hours=70)), "no_collection"),
        ("case.out_of_stock", an_order("paid", paid_at=ago(hours=73)), None),
        (URGE, asked(NOT_COLLECTED, days=30), "collection_due"),  # the first row that fits
        (LATE, replace(UNDER_WAY, paid_at=None), None),  # without a due time it is neither late nor in time
        (LATE, an_order("shipped", paid_at=ago(days=3.5), shipped_at=ago(days=1), logistics=scan(hours=10)), None),  # collected late
        ("faq.shipping_urge", an_order("paid", paid_at=ago(days=9), presale=True), None),
        ("case.not_received", None, None),
        ("dispute.price_difference", None, "gift_or_price"),
        ("case.damaged_on_arrival", SIGNED, "signed_for"),
        ("case.wrong_or_missing_item", SIGNED, "signed_for"),
        (QUALITY, BACK, "return_refund_late"),
    ],
)  # fmt: skip
def test_the_edges(label: str, order: Order | None, scene: str | None) -> None:
    assert found(label, order) == scene


def test_the_second_label_may_ask_for_the_money() -> None:
    assert found("faq.invoice_howto", PAID) is None
    assert found("faq.invoice_howto", PAID, "faq.cancel_order") == "refund_before_shipping"


def test_only_what_was_asked_for_and_has_not_left_is_stopped() -> None:
    for scene, case in CASES.items():
        seen = SCENES.seen(case.label, case.order, NOON, TERMS)
        row = SCENES.of(seen)
        assert row is not None
        stops = scene in ("refund_before_shipping", "collection_due", "no_collection")
        assert hook_of(row, seen) == ("order.do_not_ship" if stops else None)
    out_of_stock = SCENES.seen("case.out_of_stock", an_order("paid", paid_at=ago(hours=70)), NOON, TERMS)
    row = SCENES.of(out_of_stock)
    assert row is not None
    assert row.event == "do_not_ship"
    assert hook_of(row, out_of_stock) is None


def test_the_event_says_whether_an_application_asked_for_it() -> None:
    for order, why in ((asked(PAID), "application"), (PAID, "message")):
        seen = SCENES.seen("faq.cancel_order", order, NOON, TERMS)
        row = SCENES.of(seen)
        assert row is not None
        assert stopped(row, order, seen) == {
            "type": "order", "by": "bot", "what": "do_not_ship", "hook": "order.do_not_ship", "order_no": order.order_no,
            "scene": "refund_before_shipping", "why": why,
        }  # fmt: skip


def test_who_pays_the_freight_depends_on_the_order() -> None:
    for insured in (True, False):
        seen = SCENES.seen(QUALITY, replace(SIGNED, freight_insurance=insured), NOON, TERMS)
        row = SCENES.of(seen)
        assert row is not None
        said = "".join(step.zh for step in steps_of(row, seen))
        assert ("引导顾客用运费险" in said, "没有运费险" in said) == (insured, not insured)
        assert "影不影响二次销售" in said


def test_proof_is_added_once_and_only_for_its_labels() -> None:
    row = scene_of(SCENES, "case.damaged_on_arrival", SIGNED, NOON, TERMS)
    before = (Evidence("照片", "customer", have=True),)
    after = with_proof(before, row, "case.damaged_on_arrival")
    assert after[0] == before[0]
    assert [piece.what for piece in after[1:]] == ["买家承认本人或家人签收的聊天记录"]
    assert with_proof(after, row, "case.damaged_on_arrival") == after
    assert len(with_proof((), row, "case.not_received")) == 2
    assert with_proof(before, None, "case.not_received") == before


def test_the_watch_looks_when_time_brings_a_scene_and_now_and_then_besides() -> None:
    def look(label: str, order: Order) -> float:
        return (SCENES.next_look(SCENES.seen(label, order, NOON, TERMS)) - NOON) / timedelta(hours=1)

    assert look("faq.shipping_urge", an_order("paid", paid_at=ago(days=4, hours=22))) == pytest.approx(2)
    assert look(URGE, asked(UNDER_WAY, days=17 - 1 / 24)) == pytest.approx(1)
    assert look(URGE, asked(replace(NOT_COLLECTED, paid_at=ago(hours=45)))) == pytest.approx(3)
    assert look("faq.shipping_urge", an_order("paid", paid_at=ago(days=1))) == 6
    assert look("faq.shipping_urge", an_order("paid", paid_at=ago(days=6))) == 6


def test_a_customer_who_wants_the_goods_again_is_heard_in_this_matter() -> None:
    told, words = {"type": "order", "what": "do_not_ship", "order_no": PAID.order_no}, {"type": "message", "text": "不退了 帮我发货"}
    ended = {"type": "owner", "owner": "closed"}

    def again(*events: JSON) -> bool:
        return is_wanted_again(SCENES, PAID.order_no, events)

    assert again(told, words)
    assert again(told, wanted_again(PAID))
    assert not again(told)
    assert not again(words, told)
    assert not again(told, words, told)
    assert not again(told, words, ended)
    assert not again(told, {"type": "message", "text": "为什么还帮我发货"})
    assert not again({**told, "order_no": "1"}, words)
    assert is_told(PAID.order_no, [told, words])
    assert not is_told(PAID.order_no, [told, ended, words])


WRONG = {
    "asks_refund: [faq.cancel_order, faq.refund_process": ("asks_refund: [faq.cancel_ordr, faq.refund_process", "没有标签 faq.cancel_ordr"),
    "look_h: 6": ("look_h: often", "look_h 要是 0.1 到 240 之间的数"),
    "when: {states: [return_signed], back: true}": ("when: {states: [returned], bakc: true}", "不认识的键 bakc"),
    "  - id: near_day_20": ("  - id: under_way", "under_way 重复了"),
    "since_d: {refund: 17}": ("since_d: {refunds: 17}", "不认识的键 refunds"),
    "when: {labels: [dispute.return_inspection], returned: true}": ("when: {}", "要写至少一个条件"),
    "    event: do_not_ship\n    watch": ("    event: stop\n    watch", "没有 'stop' 这个选择，可用 do_not_ship"),
    "约定{promised_ship_at}前发出。实际": ("约定{promised}前发出。实际", "没有占位符 {promised}"),
    "[想退款, 不要了，我想退款]]": ("想退款]", "最多 3 个，每个写成 [按钮上的字, 点了以后发出的话]"),
    "        bring: courier\n        labels": ("        bring: driver\n        labels", "没有 'driver' 这个选择"),
    "      - zh: 能退能补的今天就办\n": ("      - say: 能退能补的今天就办\n", "不认识的键 say"),
}


@pytest.mark.parametrize("good", WRONG)
def test_mistakes_are_told_in_chinese_with_their_line(good: str, tmp_path: Path) -> None:
    text = Path("data/shop/scenes.yml").read_text(encoding="utf-8")
    bad, problem = WRONG[good]
    assert text.count(good) >= 1
    path = tmp_path / "scenes.yml"
    path.write_text(text.replace(good, bad, 1), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_scenes(read_yaml(path, marks=True), "scenes.yml", RULES.taxonomy, fields=FIELDS)
    told = [line for line in caught.value.problems if problem in line]
    assert told, caught.value.problems
    assert told[0].startswith("scenes.yml:") and int(told[0].split(":")[1]) > 1
