"""Scripts filled with an order's facts."""

from __future__ import annotations

from playbook_builders import SHIPPED, SIGNED, ago, an_order

from bot.desk.terms import Terms
from bot.playbooks.render import FIELDS, fill, order_fields, when, yuan


def test_a_sentence_without_its_fact_is_left_out() -> None:
    assert fill("已经发出。快递是{carrier}。请留意。", {"carrier": None}) == "已经发出。请留意。"


def test_a_line_of_its_own_is_a_sentence() -> None:
    assert fill("已发出\n快递：{carrier}\n单号：{tracking_no}\n", {"carrier": "中通", "tracking_no": None}) == "已发出\n快递：中通"


def test_a_script_of_which_nothing_is_left_is_empty() -> None:
    assert fill("签收时间是{signed_at}。", {}) == ""


def test_a_full_stop_inside_an_english_number_ends_nothing() -> None:
    text = "The amount was {refund_amount}. It went back."
    assert fill(text, {"refund_amount": "129.00元"}, english=True) == "The amount was 129.00元. It went back."
    assert fill(text, {}, english=True) == "It went back."


def test_what_the_shops_system_wrote_cannot_bring_new_placeholders() -> None:
    assert fill("最近一条是{last_scan}。", {"last_scan": "到达{carrier}站", "carrier": "中通"}) == "最近一条是到达{carrier}站。"


def test_money_and_times_are_written_for_customers() -> None:
    assert yuan(12900) == "129.00元"
    assert yuan(5) == "0.05元"
    assert when(ago(days=1)) == "11月11日 12:00"
    assert when("2026-11-11T16:05:00Z") == "11月12日 00:05"
    assert when(None) is None


def test_the_last_scan_is_the_latest_whatever_the_order_of_the_list() -> None:
    scans = ({"at": "2026-11-12T01:00:00+08:00", "text": "到达上海。"}, {"at": "2026-11-10T01:00:00+08:00", "text": "已揽收"})
    known = order_fields(an_order(state="shipped", logistics=scans), Terms())
    assert (known["last_scan"], known["last_scan_at"]) == ("到达上海", "11月12日 01:00")


def test_all_placeholders_and_no_private_ones_are_known() -> None:
    known = order_fields(an_order(raw={"phone": "13900000000", "address": "平江路1号"}), Terms())
    assert set(known) == FIELDS
    assert SIGNED.order_no not in known.values()
    assert order_fields(None, Terms()) == {}


def test_a_return_may_be_asked_for_until_the_seventh_day() -> None:
    assert order_fields(SIGNED, Terms())["return_deadline"] == "11月17日 12:00"
    assert order_fields(SHIPPED, Terms())["return_deadline"] is None
