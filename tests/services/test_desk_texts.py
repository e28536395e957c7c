"""What an agent may send."""

from __future__ import annotations

import pytest

from bot.errors import BadInput, BlanksLeft, TooLong
from bot.services.desk_texts import checked_line, checked_words


@pytest.mark.parametrize("blank", ["____", "＿＿＿＿", "{order_tail}", "{}", "【】", "【 】", "【请填写日期】", "【XX】"])
def test_a_blank_that_was_left_is_refused_and_named(blank: str) -> None:
    with pytest.raises(BlanksLeft, match="空没填"):
        checked_line(f"您的订单 {blank} 已经安排")


@pytest.mark.parametrize("text", ["【杭州市】已到达", "好的_", "a_b__c", "会{的\n}", "5503 那单"])
def test_what_only_looks_like_one_goes_out(text: str) -> None:
    assert checked_line(text) == text


def test_an_empty_line_needs_a_picture() -> None:
    with pytest.raises(BadInput, match="还没有写"):
        checked_line(" \n\x00")
    assert checked_line(" ", ("a.jpg",)) == ""


def test_length_and_pictures_have_a_limit() -> None:
    assert len(checked_line("字" * 2000)) == 2000
    with pytest.raises(TooLong, match="2001"):
        checked_line("字" * 2001)
    with pytest.raises(BadInput, match="9 张"):
        checked_line("看", tuple(f"{n}.jpg" for n in range(10)))


def test_half_an_emoji_and_a_null_do_no_harm() -> None:
    assert checked_words("好\ud83d\x00的") == "好\ufffd的"
