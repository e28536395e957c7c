"""Normal forms of a message, scripts, and masks for logs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.text import MAX_CHARS, is_english, is_only_a_thing, is_traditional, mask, normalise


@pytest.mark.parametrize(
    ("written", "features"),
    [
        ("退货！！！", "退货!"),
        ("我的快遞到哪裏了？？？", "我的快递到哪里了?"),
        ("ＡＢＣ１２３４５６７８９", "№"),
        ("hi there friend", "there friend"),
        ("history of it", "history of it"),
        ("哈哈哈哈哈", "哈哈"),
        ("打12315，618买的，5天了", "打12315,618买的,0天了"),
        ("  你好\n\n在吗 ", "你好 在吗"),
        ("看 https://a.b/c?d=1 这个", "看 ∞ 这个"),
        ("[订单x] [链接] [x] [数字3]", "⑩ ∞ № 0"),
        ("[猫咪表情]", "[猫咪表情]"),
        ("你好，请问怎么退货", "怎么退货"),
        ("你好，在吗", "你好,在吗"),
        ("不对，我是说换货", "换货"),
        ("我打错电话了", "我打错电话了"),
        ("咨询订单号:[订单x] 订单金额:[金额x] 下单时间:[日期x] 到哪了", "到哪了"),
        ("订单 2651 1788 9003 4127 785 呢", "订单 № 呢"),
    ],
)
def test_features_bring_what_means_the_same_together(written: str, features: str) -> None:
    assert normalise(written).features == features


def test_the_original_is_kept_and_plain_keeps_case_and_marks() -> None:
    text = normalise("WHERE　is 我的快遞！！")
    assert text.original == "WHERE　is 我的快遞！！"
    assert text.plain == "WHERE is 我的快递!!"


def test_a_message_of_a_megabyte_is_cut() -> None:
    assert len(normalise("退" * 1_000_000).plain) == MAX_CHARS


@pytest.mark.parametrize(("text", "expected"), [("轉人工", True), ("转人工", False), ("我很著急", False), ("hello", False), ("", False), ("訂單", True)])
def test_traditional_writers_are_told_from_simplified(text: str, expected: bool) -> None:
    assert is_traditional(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("where is my order", True),
        ("refund", True),
        ("ok", False),
        ("APP打不开", False),
        ("iphone 15 pro max 有货吗", False),
        ("退货", False),
        ("https://a.b/c d", False),
    ],
)
def test_english_needs_english_words(text: str, expected: bool) -> None:
    assert is_english(text) is expected


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13812340000。", "电话138****0000。"),
        ("+8613812340000", "+138****0000"),
        ("138 1234 0000", "138****0000"),
        ("订单2651178890034127785到哪", "订单****7785到哪"),
        ("２６５１１７８８９００３４１２７７８５", "****7785"),
        ("SF1234567890123", "****0123"),
        ("身份证11010119900307123X", "身份证****123X"),
        ("卡6222 0000 1111 2222 333", "卡****2333"),
        ("a.b@c.com", "a***@***"),
        ("买了3件，129.00元，48小时", "买了3件，129.00元，48小时"),
    ],
)
def test_logs_hold_no_whole_number_of_a_person(text: str, masked: str) -> None:
    assert mask(text) == masked


@given(st.text())
def test_any_text_can_be_normalised_and_a_second_time_changes_nothing(text: str) -> None:
    plain = normalise(text).plain
    assert normalise(plain).features == normalise(text).features
    mask(text)


@given(st.integers(10**17, 10**19 - 1), st.sampled_from(["订单{}到哪了", "{}", "看下 {} 谢谢", "单号:{}，"]))
def test_no_order_number_leaves_the_mask_whole(number: int, frame: str) -> None:
    assert str(number) not in mask(frame.format(number))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我的床垫", True),
        ("我买的东西", True),
        ("我买的衣服。", True),
        ("我的快递", False),
        ("我的发票", False),
        ("我的床垫坏了", False),
        ("我买的鞋小", False),
        ("床垫", False),
        ("我的床垫什么时候能送到", False),
    ],
)
def test_a_thing_alone_is_told_from_something_said_of_it(text: str, expected: bool) -> None:
    assert is_only_a_thing(normalise(text).features) is expected


@pytest.mark.parametrize(
    ("text", "features"),
    [
        ("不是换货，是退货", "是退货"),
        ("我不是问退款，我要问发票", "我要问发票"),
        ("我问的不是退款，是发票", "是发票"),
        ("我要退不要换", "我要退"),
        ("不是说包邮吗", "不是说包邮吗"),
        ("我不退货", "我不退货"),
    ],
)
def test_what_is_denied_is_left_out(text: str, features: str) -> None:
    assert normalise(text).features == features
