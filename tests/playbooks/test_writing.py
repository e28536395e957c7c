"""The customer's writing is seen and kept."""

from __future__ import annotations

import pytest
from playbook_builders import SHIPPED, Chat, facts, read

from bot.playbooks.writing import ENGLISH, HANS, HANT, traditional, writing_of, written


@pytest.mark.parametrize(
    ("text", "before", "writing"),
    [
        ("我的快递到哪了", HANS, HANS),
        ("我的快遞到哪裡了", HANS, HANT),
        ("好", HANT, HANT),
        ("12345", HANT, HANT),
        ("ok", HANS, HANS),
        ("where is my order", HANS, ENGLISH),
        ("5128030011220030606", ENGLISH, ENGLISH),
        ("算了说中文吧", ENGLISH, HANS),
        ("", HANT, HANT),
        ("iPhone 充不进电", HANS, HANS),
    ],
)
def test_the_writing_of_a_message(text: str, before: str, writing: str) -> None:
    assert writing_of(text, before) == writing


def test_lines_are_written_as_the_customer_writes() -> None:
    assert written("订单还没发货", HANT) == traditional("订单还没发货") == "訂單還沒發貨"
    assert written("订单还没发货", HANS) == "订单还没发货"


def test_buttons_are_traditional_but_send_what_the_bot_understands() -> None:
    decision = Chat(facts(SHIPPED)).hears("發票怎麼開", "faq.invoice_howto")
    assert "發票" in read(decision)
    titles = {title: sent for line in decision.lines for title, sent in line.buttons}
    assert titles["轉人工"] == "转人工"


def test_a_picture_has_no_writing_of_its_own() -> None:
    chat = Chat(facts(SHIPPED))
    chat.hears("燈壞了，品質太差", "dispute.product_quality")
    assert "圖片" in read(chat.hears("[图片]", "chat.inform_order", images=1))
