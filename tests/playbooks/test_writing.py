"""The customer's writing is seen and kept."""

from __future__ import annotations

import pytest
from playbook_builders import SHIPPED, Chat, books, facts, read

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


def test_who_writes_english_is_offered_guesses_in_english_and_a_tap_keeps_the_language() -> None:
    chat = Chat(facts(SHIPPED))
    buttons = dict(chat.hears("something is odd with that", "dispute.product_quality", 0.2).lines[0].buttons)
    assert list(buttons) == ["It is faulty", "Exchange goods", "Warranty and repair", "None of these"]
    assert buttons["None of these"] == "都不是"
    told = chat.hears("Exchange goods", "out_of_scope", 0.9)
    assert (told.action, told.label) == ("answer", "faq.exchange")
    assert not any("\u4e00" <= sign <= "\u9fff" for title, _ in told.lines[-1].buttons for sign in title)


def test_none_of_these_leaves_the_talk_in_english() -> None:
    chat = Chat(facts(SHIPPED))
    chat.hears("something is odd with that", "dispute.product_quality", 0.2)
    again = chat.hears("都不是", "chat.deny", 0.9)
    assert (again.action, again.lines[0].buttons) == ("rephrase", (("Talk to a person", "talk to a person"),))
    assert "other words" in read(again)


def test_every_matter_that_is_guessed_has_an_english_name_of_its_own() -> None:
    labels = [name for name in books().books if name.startswith(("faq.", "dispute.", "case."))]
    titles = [books().title(name, english=True) for name in labels]
    assert len(set(titles)) == len(labels)
    assert not [title for title in titles if any("\u4e00" <= sign <= "\u9fff" for sign in title)]


def test_a_picture_has_no_writing_of_its_own() -> None:
    chat = Chat(facts(SHIPPED))
    chat.hears("燈壞了，品質太差", "dispute.product_quality")
    assert "圖片" in read(chat.hears("[图片]", "chat.inform_order", images=1))
