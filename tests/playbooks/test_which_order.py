"""Which order an answer points at."""

from __future__ import annotations

import pytest
from playbook_builders import LAMP, SHIPPED, SHOES, SIGNED, an_order

from bot.model import Order
from bot.playbooks import states
from bot.playbooks.which_order import ORDER_BUTTONS, buttons, by_words, names

ORDERS = (SHIPPED, SIGNED)
SHOWN = names(buttons(ORDERS))


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("0606", SIGNED),
        ("尾号0505的", SHIPPED),
        ("后六位030606", SIGNED),
        ("那双跑步鞋", SIGNED),
        ("台灯", SHIPPED),
        ("第一个", SHIPPED),
        ("第 2 笔", SIGNED),
        ("最近买的那个", SHIPPED),
        ("就是最新的", SHIPPED),
        ("第三个", None),
        ("1234", None),
        ("台灯和跑步鞋都是", None),
        ("不知道", None),
        ("", None),
        ("我最近很忙", None),
    ],
)
def test_an_answer_names_an_order_by_digits_goods_place_or_age(text: str, order: Order | None) -> None:
    assert by_words(text, ORDERS, SHOWN) is order


@pytest.mark.parametrize("text", ["第二个", "最近买的那个"])
def test_place_and_age_mean_nothing_when_nothing_was_asked(text: str) -> None:
    assert by_words(text, ORDERS, None) is None


def test_the_place_counts_among_the_orders_that_were_shown() -> None:
    assert by_words("第一个", ORDERS, names(buttons((SIGNED, SHIPPED)))) is SIGNED


def test_digits_that_two_orders_end_with_name_neither() -> None:
    twin = an_order(order_no="5128030011229990606", title="雨伞")
    assert by_words("0606", (SIGNED, twin), ()) is None


def test_buttons_show_goods_and_tail_and_send_the_number() -> None:
    assert buttons(ORDERS) == (("台灯 护眼款（尾号0505）", LAMP), ("轻便跑步鞋（尾号0606）", SHOES))
    assert len(buttons([SIGNED] * 9)) == ORDER_BUTTONS
    assert buttons((an_order(items=()),)) == (("订单（尾号0606）", SHOES),)


def test_shown_orders_are_remembered_without_their_numbers() -> None:
    assert (states.ref(LAMP), states.ref(SHOES)) == SHOWN
