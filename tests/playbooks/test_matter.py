"""The memory between turns survives its way through JSON, and holds nothing that it should not."""

from __future__ import annotations

import json

from playbook_builders import BOTH, SHOES, Chat, facts

from bot.playbooks.matter import Matter, Open


def test_the_memory_is_the_same_after_json() -> None:
    opened = Open("dispute.product_quality", 0.9, ("order_no", "photos"), ("order_no",), wrong_numbers=1, number="…0606")
    matter = Matter(
        opened, ("faq.tracking",), "faq.tracking", ("faq.gift",), 1, (("查物流", "faq.tracking"),), "hant", "0606:ab", 2, turns=7
    )
    assert Matter.from_json(json.loads(json.dumps(matter.to_json()))) == matter


def test_an_empty_or_foreign_memory_is_a_fresh_one() -> None:
    foreign: tuple[object, ...] = (None, {}, "text", {"v": 2, "kept": ["faq.gift"]}, [])
    for value in foreign:
        assert Matter.from_json(value) == Matter()


def test_a_question_is_waited_for_until_it_is_answered() -> None:
    assert Open("x", asked=("order_no",)).waits_for == "order_no"
    assert Open("x", asked=("order_no",), given=("order_no",)).waits_for is None
    assert Open("x").waits_for is None


def test_the_memory_holds_no_full_number_and_no_words_of_the_customer() -> None:
    chat = Chat(facts(*BOTH))
    chat.hears("我住平江路一号，鞋子开胶了", "dispute.product_quality")
    kept = json.dumps(chat.hears(SHOES, "chat.inform_order", entities={"order_no": (SHOES,)}).matter, ensure_ascii=False)
    assert SHOES not in kept
    assert "平江路" not in kept
    assert "0606" in kept
