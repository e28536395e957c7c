"""Numbers found in messages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu import numbers
from bot.nlu.numbers import by_kind, find

ORDER = "2651178890034127785"


@pytest.mark.parametrize(
    ("message", "found"),
    [
        (f"订单号 {ORDER} 到哪了", {"order_no": (ORDER,)}),
        ("2651 1788 9003 4127 785", {"order_no": (ORDER,)}),
        ("2651-1788-9003-4127-785", {"order_no": (ORDER,)}),
        ("２６５１１７８８９００３４１２７７８５", {"order_no": (ORDER,)}),
        ("订单110101199003071234没到", {"order_no": ("110101199003071234",)}),
        (f"订单{ORDER} 13812340000", {"order_no": (ORDER,), "phone": ("13812340000",)}),
        ("13812340000 1234567", {"phone": ("13812340000",)}),
        ("手机138-1234-0000", {"phone": ("13812340000",)}),
        ("+86 138 1234 0000", {"phone": ("13812340000",)}),
        ("SF1234567890123 到哪", {"tracking_no": ("SF1234567890123",)}),
        ("jd0012345678901-1-1", {"tracking_no": ("JD0012345678901-1-1",)}),
        ("物流9865441200378不动", {"tracking_no": ("9865441200378",)}),
        ("订单号 98654412", {"wrong_order_no": ("98654412",)}),
        ("订单号 1234 5678 9012 34", {"wrong_order_no": ("12345678901234",)}),
        ("26511788900341277855", {"wrong_order_no": ("26511788900341277855",)}),
        ("12345678", {"wrong_order_no": ("12345678",)}),
        ("身份证110101199003071234", {}),
        ("银行卡6222000011112222333", {}),
        ("2026-11-11 12:00:00买的，3 5天", {}),
        ("买 1 13812340000", {"phone": ("13812340000",)}),
        ("拨打12315", {}),
        ("退129.5元", {"amount_fen": ("12950",)}),
        ("还有￥30 和12块5", {"amount_fen": ("3000", "1250")}),
        ("三百二块、一百八十元、两万五千块", {"amount_fen": ("32000", "18000", "2500000")}),
        ("一块布", {}),
        ("", {}),
    ],
)
def test_numbers_and_their_kinds(message: str, found: dict[str, tuple[str, ...]]) -> None:
    assert by_kind(find(message)) == found


def test_places_are_those_of_the_message_as_written() -> None:
    message = "单号：２６５１１７８８９００３４１２７７８５，谢谢"
    (number,) = find(message)
    assert message[number.start : number.end] == "２６５１１７８８９００３４１２７７８５"


@given(st.integers(10**17, 10**19 - 1).filter(lambda n: len(str(n)) in (18, 19)), st.sampled_from(["{}", "订单{}", "{} 到哪", "我的（{}）呢"]))
def test_every_run_of_eighteen_or_nineteen_digits_is_an_order(number: int, frame: str) -> None:
    assert by_kind(find(frame.format(number)))["order_no"] == (str(number),)


@given(st.text(alphabet="0123456789０１ -—订单身份证元块一二百x\n", max_size=60))
def test_values_never_overlap_and_any_text_is_survived(message: str) -> None:
    numbers = [number for number in find(message) if number.kind != "amount_fen"]
    assert all(one.end <= other.start for one, other in zip(numbers, numbers[1:], strict=False))


@pytest.mark.parametrize("text", ["1-" * 1000, "1 " * 1000, "12-3 " * 400])
def test_a_number_has_a_bounded_count_of_pieces(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = 0
    known = numbers._is_one_number

    def counted(pieces: list[str]) -> bool:
        nonlocal tried
        tried += 1
        return known(pieces)

    monkeypatch.setattr(numbers, "_is_one_number", counted)
    numbers.find(text)
    assert tried <= 12 * len(text)
