from __future__ import annotations

import pytest

from bot.shop import masks


@pytest.mark.parametrize(
    ("text", "masked"),
    [("13800001234", "138****1234"), ("+86 138-0000-1234", "138****1234"), ("400-123-4567", "****67"), ("12345", "****"), ("", "****")],
)
def test_a_phone_keeps_three_and_four_digits(text: str, masked: str) -> None:
    assert masks.phone(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("浙江省杭州市西湖区桂花弄12号3幢502", "浙江省杭州市****"),
        ("北京市朝阳区和平里东街甲5号", "北京市****"),
        ("上海浦东新区锦绣东路210弄", "上海市****"),
        ("新疆维吾尔自治区乌鲁木齐市天山区团结巷2号", "新疆维吾尔自治区乌鲁木齐市****"),
        ("广西壮族自治区南宁市青秀区民族里29号", "广西壮族自治区南宁市****"),
        ("云南省大理白族自治州大理市古城", "云南省大理白族自治州****"),
        ("桂花弄12号3幢502", "****"),
        ("", "****"),
    ],
)
def test_an_address_keeps_province_and_city(text: str, masked: str) -> None:
    assert masks.address(text) == masked


def test_a_name_keeps_its_first_character() -> None:
    assert [masks.name(text) for text in ("张三丰", " 李 ", "")] == ["张*", "李*", "*"]


def test_numbers_in_free_text_are_masked() -> None:
    text = "电话13800001234，单号5126000000000000001，快递SF1401234567890，¥129.00，2026年"
    assert masks.words(text) == "电话138****1234，单号****0001，快递****7890，¥129.00，2026年"
