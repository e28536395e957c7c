"""What the scenes change in a turn: words that guide, the shop told once not to ship, a customer who wants the goods after all."""

from __future__ import annotations

import pytest

from bot.model import JSON, Decision, Order
from tests.playbooks.playbook_builders import LAMP, SHIPPED, SHOES, Chat, ago, an_order, facts, read

SCAN: tuple[JSON, ...] = (
    {"at": ago(days=3).isoformat(), "text": "【杭州】已揽收"},
    {"at": ago(days=1).isoformat(), "text": "【广州】到达分拨中心"},
)
APPLIED: JSON = {"kind": "仅退款", "state": "asked", "asked_at": ago(days=1).isoformat(), "amount_fen": 12900}
PAID = an_order(state="paid", paid_at=ago(hours=20))
ON_ITS_WAY = an_order(LAMP, "台灯 护眼款", "shipped", paid_at=ago(days=4), shipped_at=ago(days=3), logistics=SCAN)
LATE_ON_ITS_WAY = an_order(LAMP, "台灯 护眼款", "shipped", paid_at=ago(days=9), shipped_at=ago(days=3), logistics=SCAN)
LATE = "dispute.shipping_delay"


def order_with(order: Order, **fields: object) -> Order:
    return Order(**{**order.__dict__, **fields})  # type: ignore[arg-type]


def stops(decision: Decision) -> list[tuple[str, str]]:
    return [(event["what"], event["order_no"]) for event in decision.events]


def test_a_late_parcel_is_apologised_for_outright_and_the_customer_is_asked() -> None:
    decision = Chat(facts(LATE_ON_ITS_WAY)).hears("说好48小时发货的", LATE)
    said = read(decision)
    assert "是我们没做到，对不起" in said and "还是想退款" in said
    assert "[还要货]" in said and "[想退款]" in said
    assert "发得晚不晚" not in said  # in place of the general soothing
    assert decision.hand_off is not None


def test_a_claim_that_does_not_hold_is_explained_by_the_records() -> None:
    said = read(Chat(facts(ON_ITS_WAY)).hears("说好48小时发货的", LATE))
    for words in ("没有超过约定时间", "揽收", "11月9日 12:00", "【广州】到达分拨中心"):
        assert words in said
    assert "对不起" not in said and "[还要货]" not in said


def test_without_scans_what_is_not_known_is_left_out() -> None:
    said = read(Chat(facts(order_with(ON_ITS_WAY, logistics=()))).hears("说好48小时发货的", LATE))
    assert "没有超过约定时间" in said and "揽收" not in said.split("发货的问题")[0] and "{" not in said


def test_who_writes_english_or_traditional_reads_it_so() -> None:
    assert "Do you still want the goods" in read(Chat(facts(LATE_ON_ITS_WAY)).hears("you promised to ship within 48 hours", LATE))
    assert "對不起" in read(Chat(facts(LATE_ON_ITS_WAY)).hears("說好48小時發貨的", LATE))


def test_under_way_and_refund_asked_guides_to_accept_or_refuse_once() -> None:
    chat = Chat(facts(order_with(ON_ITS_WAY, refund=APPLIED)))
    first = read(chat.hears("退款怎么还没到", "faq.refund_timing"))
    assert first.count("送到时直接拒收") == 1 and "正常签收" in first
    assert "送到时直接拒收" not in read(chat.hears("那帮我催一下退款", "faq.refund_urge"))


def test_what_the_script_says_already_is_not_said_twice() -> None:
    said = read(Chat(facts(order_with(ON_ITS_WAY, refund=APPLIED))).hears("帮我拦截", "faq.intercept"))
    assert said.count("拒收") == 1


@pytest.mark.parametrize(("paid", "said"), [(ago(days=5, hours=1), True), (ago(days=2), False)])
def test_after_five_days_the_bot_soothes_before_it_answers(paid: object, said: bool) -> None:
    order = an_order(state="paid", paid_at=paid, promised_ship_at=ago(days=-2))
    assert ("五天多还没发" in read(Chat(facts(order)).hears("快点发货", "faq.shipping_urge"))) is said


def test_what_was_not_done_is_owned_up_to_once() -> None:
    said = read(Chat(facts(an_order(state="paid", paid_at=ago(days=6)))).hears("快点发货", "faq.shipping_urge"))
    assert "没做到" in said and "五天多" not in said


def test_the_shop_is_told_once_not_to_ship_and_the_customer_reads_nothing_of_it() -> None:
    chat = Chat(facts(PAID))
    first = chat.hears("不想要了，取消订单", "faq.cancel_order")
    assert stops(first) == [("do_not_ship", SHOES)]
    assert (first.events[0]["hook"], first.events[0]["why"]) == ("order.do_not_ship", "message")
    assert stops(chat.hears("退款怎么退", "faq.refund_process")) == []
    assert SHOES not in read(first) and SHOES not in str(first.matter)


def test_each_order_is_told_once_though_another_came_between() -> None:
    other = an_order(LAMP, "台灯 护眼款", "paid", paid_at=ago(hours=10))
    chat = Chat(facts(PAID, other))
    told = [stops(chat.hears(f"取消尾号{number[-4:]}的订单", "faq.cancel_order")) for number in (SHOES, LAMP)]
    assert told == [[("do_not_ship", SHOES)], [("do_not_ship", LAMP)]]
    assert stops(chat.hears(f"尾号{SHOES[-4:]}的怎么退款", "faq.refund_process")) == []
    again = chat.hears(f"尾号{SHOES[-4:]}的不退了，帮我发货", "faq.shipping_urge")
    assert stops(again) == [("wanted_again", SHOES)]


def test_an_application_is_enough_whatever_the_message_is_about() -> None:
    applied = Chat(facts(order_with(PAID, refund=APPLIED))).hears("什么时候发货", "faq.shipping_time")
    assert stops(applied) == [("do_not_ship", SHOES)] and applied.events[0]["why"] == "application"
    assert stops(Chat(facts(PAID)).hears("什么时候发货", "faq.shipping_time")) == []
    assert stops(Chat(facts(SHIPPED)).hears("取消订单", "faq.cancel_order")) == []


def test_a_guess_stops_nothing() -> None:
    assert stops(Chat(facts(PAID)).hears("那个嗯", "faq.cancel_order", 0.3)) == []


def test_with_a_hand_off_the_event_goes_along() -> None:
    decision = Chat(facts(order_with(PAID, refund=APPLIED))).hears("转人工", "chat.human", tone=("human",))
    assert decision.hand_off is not None
    assert stops(decision) == [("do_not_ship", SHOES)]
    assert stops(Chat(facts(PAID)).hears("你们说没货了，给我退款", "case.out_of_stock", label2="faq.cancel_order")) == [
        ("do_not_ship", SHOES)
    ]


def test_who_wants_the_goods_after_all_comes_to_a_person_and_nothing_is_released() -> None:
    chat = Chat(facts(PAID))
    chat.hears("取消订单", "faq.cancel_order")
    decision = chat.hears("不退了 帮我发货吧", "faq.shipping_urge")
    assert decision.hand_off is not None
    assert stops(decision) == [("wanted_again", SHOES)]
    assert "hook" not in decision.events[0]
    assert "先跟他确认" in decision.ticket["summary"]
    assert "由同事确认" in read(decision)
    assert Chat(facts(PAID)).hears("不退了 帮我发货吧", "faq.shipping_urge").hand_off is None
