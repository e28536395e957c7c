from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.terms import Terms
from bot.errors import BadInput
from bot.playbooks.render import order_fields
from bot.shop.checks import moment
from bot.shop.read import problems, read_order
from tests.shop.orders_for_tests import an_order


def test_a_whole_order_is_read_with_utc_times_and_its_latest_scan_last() -> None:
    order = read_order(an_order())
    assert order.placed_at == datetime(2026, 11, 10, 16, 5, tzinfo=timezone.utc)
    assert order.promised_ship_at is None
    assert [line["text"] for line in order.logistics] == ["【义乌市】已揽收", "【杭州市】已到达"]
    assert (order.amount_fen, order.freight_insurance, order.presale) == (12900, True, False)


def test_unknown_keys_are_kept() -> None:
    assert read_order(an_order(shop_note={"vip": True})).raw["shop_note"] == {"vip": True}


def test_keys_that_do_not_apply_may_be_left_out() -> None:
    order = read_order({"order_no": "123456789012345678", "buyer_id": "b1", "state": "unpaid", "amount_fen": 0})
    assert (order.paid_at, order.logistics, order.refund, order.returned) == (None, (), None, None)


def test_return_stands_under_returned() -> None:
    order = read_order(an_order(**{"return": {"tracking_no": "SF1", "shipped_at": "2026-11-12T09:00:00Z", "signed_at": None}}))
    assert order.returned == {"tracking_no": "SF1", "shipped_at": "2026-11-12T09:00:00+00:00", "signed_at": None}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"order_no": "12345678901234567"}, "order_no 要 18–19 位数字"),
        ({"order_no": "12345678901234567８"}, "order_no 要 18–19 位数字"),
        ({"order_no": 123456789012345678}, "order_no 要写成字符串"),
        ({"order_no": None}, "缺少 order_no"),
        ({"buyer_id": " "}, "buyer_id 要"),
        ({"state": "delivered"}, 'state 是 "delivered"'),
        ({"state": ["paid"]}, "state 是"),
        ({"amount_fen": 129.0}, "amount_fen 要整数（单位：分）"),
        ({"amount_fen": "12900"}, "amount_fen 要整数"),
        ({"amount_fen": True}, "amount_fen 要整数"),
        ({"amount_fen": -1}, "amount_fen 是 -1"),
        ({"placed_at": "2026-11-11T00:05:00"}, "没有时区"),
        ({"placed_at": "2026-11-31T00:05:00Z"}, "没有这样的时间"),
        ({"placed_at": "0001-01-01T00:00:00+08:00"}, "没有这样的时间"),
        ({"paid_at": "昨天"}, "不是 ISO 8601 时间"),
        ({"paid_at": 1700000000}, "paid_at 要 ISO 8601 时间"),
        ({"items": "连衣裙"}, "items 要一个列表"),
        ({"items": [{"qty": 0}]}, "items 第 1 项 缺少 title；items 第 1 项.qty"),
        ({"logistics": [{"text": "到了"}]}, "logistics 第 1 项 缺少 at"),
        ({"refund": {"kind": "换货", "state": "asked"}}, "refund.kind"),
        ({"refund": {"kind": "仅退款"}}, "refund 缺少 state"),
        ({"return": []}, "return 要一个对象"),
        ({"presale": "no"}, "presale 要 true 或 false"),
        ({"note": "a\0b"}, "不能保存"),
        ({"note": "\ud83d"}, "不能保存"),
        ({"note": float("nan")}, "不能保存"),
    ],
)
def test_what_is_wrong_is_said_in_chinese_with_its_key(changes: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_order(an_order(**changes))
    assert words in str(caught.value)


def test_all_problems_are_said_at_once() -> None:
    assert len(problems(an_order(state="x", amount_fen=-1, presale=3))) == 3


def test_an_escaped_backslash_before_u0000_is_no_null_character() -> None:
    assert problems(an_order(note="C:\\u0000")) == []


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-11T00:05:00+08:00",
        "2026-11-10T16:05:00Z",
        "2026-11-10 16:05:00.000+0000",
        "2026-11-10T16:05+00",
        "2026-11-10T16:05:00.000000000z",
    ],
)
def test_the_same_moment_is_read_from_each_of_its_forms(text: str) -> None:
    assert moment(text) == datetime(2026, 11, 10, 16, 5, tzinfo=timezone.utc)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@given(key=st.sampled_from(sorted(an_order()) + ["return", "new"]), value=json_values)
def test_whatever_stands_under_a_key_it_is_read_or_refused_but_never_breaks(key: str, value: object) -> None:
    data = an_order(**{key: value})
    if problems(data):
        with pytest.raises(BadInput):
            read_order(data)
    else:
        assert json.loads(json.dumps(read_order(data).raw)) == data


@pytest.mark.parametrize(
    "written", ["2026-11-11T00:05:00+0800", "2026-11-11T00:05:00.0+08:00", "2026-11-11 00:05:00Z", "2026-11-10T16:05:00z"]
)
def test_times_inside_an_order_can_be_told_in_whatever_form_the_shop_writes_them(written: str) -> None:
    back, scan = {"signed_at": written}, {"at": written, "text": "已签收"}
    order = read_order(
        an_order(state="return_signed", refund={"state": "asked", "asked_at": written}, logistics=[scan], **{"return": back})
    )
    told = order_fields(order, Terms())
    shown = "11月11日 08:05" if written.endswith("00Z") else "11月11日 00:05"
    assert (told["last_scan_at"], told["return_signed_at"], told["refund_asked_at"]) == (shown, shown, shown)
    assert order.raw["return"] == back


def test_the_latest_scan_is_told_whatever_the_zones() -> None:
    scans = [{"at": "2026-11-11T00:05:00+08:00", "text": "先"}, {"at": "2026-11-10T20:00:00Z", "text": "后"}]
    assert order_fields(read_order(an_order(logistics=scans)), Terms())["last_scan"] == "后"


def test_what_stands_under_a_key_that_is_no_time_of_an_order_is_not_read_as_one() -> None:
    order = read_order(an_order(refund={"state": "asked", "signed_at": "昨天"}))
    assert order.refund == {"state": "asked", "signed_at": "昨天"}
