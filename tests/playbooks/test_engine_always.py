"""What holds on every turn of every conversation, however odd."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from playbook_builders import BOTH, LAMP, SHOES, SIGNED, ago, an_order, books, facts, understood

from bot.model import Facts
from bot.playbooks.engine import decide
from bot.playbooks.schema import MOST_QUESTIONS

LABELS = sorted(books().taxonomy.labels)
TONES = [
    "insult",
    "capitals",
    "punctuation",
    "threat",
    "traditional",
    "english",
    "other_person",
    "injection",
    "human",
    "correction",
    "safety",
]
WORDS = ["", " ", "好", "没有", "不对，我是说换货", "等一下我找找", "第二个", "0606", "跑步鞋", "都不是", "where is it", "這個呢"]
WORDS += ["[图片]", "/restart", "{order_tail}"]
OTHERS = "5128030011220039999"
KNOWN = [
    facts(),
    facts(SIGNED),
    facts(*BOTH),
    facts(buyer_id=None, orders_known=False),
    facts(orders_known=False, orders_down=True),
    facts(an_order(state="return_signed", returned={"signed_at": ago(days=10).isoformat()}), phase="promotion"),
    facts(an_order(state="closed", items=(), placed_at=None, paid_at=None), phase="promotion"),
]
message = st.fixed_dictionaries(
    {
        "text": st.sampled_from(WORDS) | st.text(max_size=20),
        "label": st.sampled_from(LABELS),
        "confidence": st.floats(0, 1),
        "label2": st.none() | st.sampled_from(LABELS),
        "tone": st.sets(st.sampled_from(TONES), max_size=2),
        "entities": st.sampled_from(
            [{}, {}, {"order_no": (SHOES,)}, {"order_no": (OTHERS,)}, {"wrong_order_no": ("12345678",)}, {"tracking_no": ("SF1",)}]
        ),
        "p_claim": st.floats(0, 1),
        "p_out_of_scope": st.floats(0, 1),
        "guesses": st.lists(st.tuples(st.sampled_from(LABELS), st.floats(0, 1)), max_size=3).map(tuple),
    }
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(KNOWN), st.lists(st.tuples(message, st.integers(0, 2)), min_size=1, max_size=8))
def test_every_turn_has_words_a_valid_group_and_a_memory_without_numbers(known: Facts, turns: list[tuple[dict[str, object], int]]) -> None:
    memory = None
    asked = 0
    for fields, images in turns:
        now = replace(known, images=images)
        decision = decide(understood(**fields), now, books(), memory)  # type: ignore[arg-type]
        said = "\n".join(line.text for line in decision.lines)
        memory = json.loads(json.dumps(decision.matter))
        assert said.strip()
        assert not re.search(r"\{[a-z_]+\}", said)
        for number in (SHOES, LAMP, OTHERS):
            assert number not in said
            assert number not in json.dumps(memory)
        opened = memory.get("open") or {}
        asked = len(opened.get("asked", ()))
        assert asked <= MOST_QUESTIONS
        if decision.hand_off:
            group = books().taxonomy.groups[decision.hand_off.group]
            assert now.phase in group.phases
            assert decision.ticket["label"] in LABELS
            assert decision.ticket["label2"] != decision.ticket["label"]
            assert decision.ticket["order_no"] in {None, *(order.order_no for order in now.orders)}
            assert not opened
        else:
            assert decision.action in ("answer", "ask", "guess", "rephrase")
