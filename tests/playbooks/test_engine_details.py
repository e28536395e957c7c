"""What careful customers stumble over: weak guesses, orders named in passing, pictures, outages, and a script that cannot help."""

from __future__ import annotations

import pytest
from playbook_builders import BOTH, LAMP, SHIPPED, SHOES, SIGNED, Chat, ago, an_order, facts, read

from bot.model import Severity

QUALITY, TRACKING, PRICE = "dispute.product_quality", "faq.tracking", "dispute.price_difference"


def test_a_weak_guess_at_a_claim_is_asked_about_and_not_soothed() -> None:
    guesses = (("dispute.logistics_stalled", 0.24), ("dispute.product_function", 0.2), ("faq.warranty", 0.1))
    decision = Chat(facts(SIGNED)).hears("手表不走了", "dispute.logistics_stalled", 0.24, guesses=guesses, p_claim=0.7)
    assert (decision.action, decision.hand_off) == ("guess", None)
    assert "包裹" not in "".join(line.text for line in decision.lines)


@pytest.mark.parametrize("text", ["尾号0606的到哪了", "跑步鞋到哪了"])
def test_an_order_named_in_passing_is_taken(text: str) -> None:
    decision = Chat(facts(*BOTH)).hears(text, TRACKING)
    assert decision.action == "answer"
    assert "0606" in read(decision)


def test_goods_that_only_begin_like_an_orders_do_not_name_it() -> None:
    case = an_order(LAMP, "手机壳 磁吸", "shipped", placed_at=ago(days=4))
    assert Chat(facts(SIGNED, case)).hears("手机到哪了", TRACKING).ask == ("order_no",)


def test_a_picture_answers_the_question_for_details() -> None:
    chat = Chat(facts(SIGNED))
    assert chat.hears("刚买完就降了", PRICE).ask == ("detail",)
    decision = chat.hears("[图片]", "out_of_scope", images=1)
    assert decision.hand_off is not None
    assert "detail" in decision.ticket["given"]


def test_a_picture_with_words_that_name_nothing_is_kept() -> None:
    chat = Chat(facts(SIGNED))
    assert "图片收到了" in read(chat.hears("你看", "out_of_scope", images=1))
    decision = chat.hears("开胶了", QUALITY)
    assert decision.hand_off is not None
    assert "photos" in decision.ticket["given"]


def test_another_order_named_after_a_script_gets_the_script_again() -> None:
    chat = Chat(facts(*BOTH))
    chat.hears(f"{LAMP}到哪了", TRACKING, entities={"order_no": (LAMP,)})
    again = chat.hears(f"不对 是{SHOES}", "chat.deny", entities={"order_no": (SHOES,)})
    assert (again.action, again.hand_off) == ("answer", None)
    assert "0606" in read(again)
    assert "0505" in read(chat.hears("另一个呢", TRACKING, 0.5))


def test_the_same_question_after_an_outage_is_no_dissatisfaction() -> None:
    chat = Chat(facts(orders_down=True, orders_known=False))
    chat.hears("到哪了", TRACKING)
    chat.facts = facts(SHIPPED)
    assert "78930011220505" in read(chat.hears("到哪了", TRACKING))


def test_cancelling_and_the_refund_before_shipping_are_one_question() -> None:
    chat = Chat(facts(an_order(state="paid")))
    chat.hears("取消订单", "faq.cancel_order")
    assert chat.hears("怎么退款", "faq.refund_process").hand_off is not None


def test_a_button_that_is_not_there_goes_to_people() -> None:
    chat = Chat(facts(an_order(state="paid")))
    chat.hears("取消订单", "faq.cancel_order")
    assert chat.hears("没有退款按钮啊", "faq.return_process").hand_off is not None


def test_details_that_a_script_asked_for_go_to_the_group_that_can_use_them() -> None:
    chat = Chat(facts(an_order(state="paid")))
    chat.hears("地址写错了", "faq.change_order")
    decision = chat.hears("改成 杭州市西湖区文三路 9 号 王小姐", "chat.inform_order", 0.8)
    assert decision.hand_off is not None
    assert (decision.hand_off.reason, decision.ticket["label"]) == ("details", "faq.change_order")


def test_nothing_more_ends_the_questions() -> None:
    chat = Chat(facts(SIGNED))
    chat.hears("开胶了", QUALITY)
    assert chat.hears("没了", "chat.goodbye", 0.6).hand_off is not None


def test_a_picture_instead_of_the_order_is_kept_and_the_order_asked_once_more() -> None:
    chat = Chat(facts(*BOTH))
    assert chat.hears("开胶了", QUALITY).ask == ("order_no",)
    again = chat.hears("[图片]", "out_of_scope", images=1)
    assert again.hand_off is None
    assert again.ask == ("order_no",)
    decision = chat.hears(SHOES, "chat.inform_order", entities={"order_no": (SHOES,)})
    assert decision.hand_off is not None
    assert (decision.ticket["order_no"], "photos" in decision.ticket["given"]) == (SHOES, True)


def test_a_customer_who_cannot_say_it_gets_a_person() -> None:
    chat = Chat(facts(SIGNED))
    assert chat.hears("那个弄一下", "faq.exchange", 0.2).action == "guess"
    assert chat.hears("哎呀说不清", "dispute.product_function", 0.65).hand_off is not None


def test_no_thanks_does_not_take_up_the_second_matter() -> None:
    chat = Chat(facts(SHIPPED))
    chat.hears("到哪了 还有发票怎么开", TRACKING, label2="faq.invoice_howto")
    assert "发票" not in read(chat.hears("不用了", "chat.deny"))


def test_a_second_matter_of_a_claim_handed_over_at_once_is_said_to_be_on_the_ticket() -> None:
    decision = Chat(facts(SIGNED)).hears("客服骂人 还有发票没开", "case.service_complaint", label2="dispute.invoice")
    assert decision.ticket["label2"] == "dispute.invoice"
    assert "也写在单子上" in read(decision)


def test_a_return_after_seven_days_is_told_so() -> None:
    late = an_order(signed_at=ago(days=15), placed_at=ago(days=20))
    assert "过了" in read(Chat(facts(late)).hears("还能退吗", "faq.return_conditions"))


def test_bare_insults_are_serious() -> None:
    assert Chat().hears("滚", "chat.abuse", tone=("insult",)).severity is Severity.SERIOUS


def test_another_buyer_on_the_same_device_begins_anew() -> None:
    chat = Chat(facts(SHIPPED))
    chat.hears("到哪了", TRACKING)
    theirs = an_order("5128030011220099999", "帽子", "unpaid", buyer_id="b2")
    chat.facts = facts(theirs, buyer_id="b2")
    decision = chat.hears("到哪了", TRACKING)
    assert decision.hand_off is None
    assert "9999" in read(decision)
    assert "b2" not in str(decision.matter)


def test_only_an_order_after_a_script_asks_the_same_of_that_order() -> None:
    chat = Chat(facts(*BOTH))
    chat.hears("一般多久发货", "faq.shipping_time")
    decision = chat.hears("尾号0505的呢", "case.wrong_or_missing_item", 0.55)
    assert decision.action == "answer"
    assert "0505" in read(decision)


def test_what_makes_a_matter_serious_stands_on_the_ticket_though_an_earlier_message_said_it() -> None:
    chat = Chat(facts(SIGNED))
    assert chat.hears("充电器漏电，电到手了", QUALITY, tone=("safety",)).ask == ("photos",)
    decision = chat.hears("[图片]", "out_of_scope", images=1)
    assert (decision.severity, decision.ticket["severity_reasons"]) == (Severity.SERIOUS, ["说到人身或食品安全"])


def test_a_paid_order_that_in_fact_left_is_not_promised_to_be_stopped() -> None:
    collected = an_order(state="paid", tracking_no="78930011220505", logistics=({"at": ago(hours=2).isoformat(), "text": "已揽收"},))
    said = read(Chat(facts(collected)).hears("取消订单", "faq.cancel_order"))
    assert "还没发出" not in said
    assert "拒收" in said


def test_a_claim_that_is_taken_back_gives_way_to_what_it_really_is() -> None:
    chat = Chat(facts(SIGNED))
    chat.hears("收到坏的", "case.damaged_on_arrival", 0.7)
    decision = chat.hears("不是坏的 是发错了 我要的蓝色来了个绿色", "case.wrong_or_missing_item")
    assert decision.hand_off is not None
    assert (decision.ticket["label"], decision.ticket["label2"]) == ("case.wrong_or_missing_item", None)


def test_a_second_claim_beside_the_first_takes_nothing_back() -> None:
    chat = Chat(facts(SIGNED))
    chat.hears("收到坏的", "case.damaged_on_arrival", 0.7)
    decision = chat.hears("还发错了颜色", "case.wrong_or_missing_item")
    assert decision.hand_off is not None
    assert (decision.ticket["label"], decision.ticket["label2"]) == ("case.damaged_on_arrival", "case.wrong_or_missing_item")


def test_what_is_said_of_the_goods_beside_a_question_is_remembered() -> None:
    chat = Chat(facts(SIGNED))
    chat.hears("扣子掉了一颗", QUALITY)
    assert chat.hears("不退货，补个扣子钱就行", "faq.refund_process").action == "answer"
    assert chat.hears("[图片]", "out_of_scope", images=1).path == 3


@pytest.mark.parametrize("text", ["同意方案 T20261111-0007#1", "I do not agree to plan T20261111-0007#1"])
def test_the_button_of_an_ended_plan_is_no_question_to_the_bot(text: str) -> None:
    chat = Chat(facts(SIGNED))
    chat.hears("怎么退货", "faq.return_process")
    before = chat.memory
    decision = chat.hears(text, "chat.affirm", 0.4)
    assert (decision.action, decision.lines) == ("answer", ())
    assert {**before, "turns": 2} == chat.memory
