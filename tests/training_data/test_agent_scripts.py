"""The shipped scripts of the agents: enough for every claim, sendable, and in the shop's manner."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, timedelta, timezone

import pytest

from bot import taxonomy
from bot.desk.terms import Terms
from bot.model import Order
from bot.playbooks.render import order_fields
from bot.services.desk_texts import checked_line
from bot.services.script_files import NAMED_BLANK, Script
from bot.services.scripts import checked_scripts, filled

SCRIPTS = checked_scripts()
CLAIMS = [label.name for label in taxonomy.load().labels.values() if label.is_claim]
NOON = datetime(2026, 11, 12, 4, tzinfo=timezone.utc)
WHOLE = Order(
    order_no="261144789256285503",
    buyer_id="b1",
    state="signed",
    amount_fen=12900,
    items=({"title": "羊毛围巾 {限量}", "qty": 1},),
    placed_at=NOON,
    paid_at=NOON,
    shipped_at=NOON + timedelta(days=1),
    signed_at=NOON + timedelta(days=3),
    carrier="中通",
    tracking_no="ZT75012345678",
    logistics=({"at": "2026-11-14T09:00:00+08:00", "text": "【杭州市】已发出。"},),
    refund={"amount_fen": 12900, "asked_at": "2026-11-16T09:00:00+08:00", "done_at": "2026-11-18T09:00:00+08:00"},
    returned={"tracking_no": "SF1234567890123", "signed_at": "2026-11-17T09:00:00+08:00"},
)
EMPTY_WORDS = r"非常抱歉给您带来|深表歉意|敬请谅解|望您理解|尊敬的|感谢您的支持|祝您生活愉快|请耐心等待|尽快为您处理|我们会尽快|稍安勿躁"
"""What a template says and a person does not; and 尽快, which names no time."""


REFUSED_BY = {
    "dispute.product_quality": "quality_misuse",
    "dispute.product_description": "desc_refuse",
    "dispute.product_function": "quality_misuse",
    "dispute.shipping_delay": "ship_not_late",
    "dispute.logistics_stalled": "parcel_not_stalled",
    "dispute.return_inspection": "inspect_refuse",
    "dispute.return_freight": "freight_buyer",
    "dispute.promo_rules": "promo_refuse",
    "dispute.price_difference": "price_expired",
    "dispute.invoice": "invoice_kind",
    "dispute.escalation": "super_refused",
    "case.wrong_or_missing_item": "missing_weight",
    "case.damaged_on_arrival": "damage_late_report",
    "case.not_received": "signed_by_buyer",
    "case.refund_overdue": "refund_overdue_hold",
    "case.promise_broken": "promise_too_late",
    "case.counterfeit": "fake_compensation",
    "case.out_of_stock": "stock_none_left",
    "case.payment_or_system": "pay_not_charged",
    "case.privacy": "privacy_nothing_found",
    "case.service_complaint": "complain_penalty",
}
"""The script that explains a no with its reason."""


@pytest.mark.parametrize("label", CLAIMS)
def test_every_claim_has_scripts_to_take_it_over_to_say_no_and_more(label: str) -> None:
    mine = {script.id for script in SCRIPTS if label in script.labels}
    assert len(mine) >= 5
    assert REFUSED_BY[label] in mine
    assert any(name.endswith("_take") for name in mine)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.id)
def test_a_script_is_short_and_sounds_like_a_person(script: Script) -> None:
    assert len(script.text) <= 120
    assert "亲" not in script.text
    assert re.search(EMPTY_WORDS, script.text) is None
    assert script.text.count("对不起") <= 1
    assert re.search(r"[A-Za-z!~～]|!!|！！|\.\.\.|…", re.sub(r"\{\w+\}", "", script.text)) is None
    assert script.text[-1] in "。？"


def test_no_amount_day_or_hour_is_made_up() -> None:
    """Numbers that scripts may name: the law's seven days, the shop's three working days, the courier's two hours, the regulator's line."""
    known = r"3 个工作日|一般 2 小时|12315"
    found = {script.id: re.findall(r"\d+", re.sub(known, "", script.text)) for script in SCRIPTS}
    assert {name: numbers for name, numbers in found.items() if numbers} == {}


@pytest.mark.parametrize("order", [WHOLE, None], ids=["all known", "nothing known"])
def test_no_placeholder_is_left_in_any_filled_script(order: Order | None) -> None:
    for script in SCRIPTS:
        text = filled(script, order_fields(order, Terms()), "小林", "前台示范店")
        assert not re.search(r"[{}]", text), script.id
        assert "None" not in text


def test_what_has_no_blank_left_may_be_sent_and_what_has_may_not() -> None:
    for script in SCRIPTS:
        text = filled(script, order_fields(WHOLE, Terms()), "小林", "前台示范店")
        whole = NAMED_BLANK.sub("明天中午", text)
        assert checked_line(whole) == whole
        if whole != text:
            with pytest.raises(Exception, match="还有空没填"):
                checked_line(text)


def test_no_two_scripts_say_the_same() -> None:
    assert [text for text, count in Counter(script.text for script in SCRIPTS).items() if count > 1] == []


def test_the_buyer_is_asked_for_no_secret() -> None:
    for script in SCRIPTS:
        for word in ("验证码", "密码", "卡号", "证件号"):
            if word in script.text:
                assert re.search(rf"(别|不用|遮住|改登录)[^。]*{word}|{word}[^。，]*(遮住|不用发)", script.text), script.id
