"""What waiting messages are about."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.model import Conversation, Severity, Understanding
from bot.nlu import registry
from bot.nlu.thresholds import Thresholds
from bot.services.desk_rules import load_desk_rules
from bot.services.hand_off import desk_decision
from bot.services.hearing import Ear, Heard, hear
from tests.stores.redis_builders import NOON

RULES = load_desk_rules()
QUALITY = "dispute.product_quality"
LEVELS = {QUALITY: Severity.MINOR}


def understood(label: str, confidence: float = 0.9, *, label2: str | None = None, tone: str = "") -> Understanding:
    p_claim = confidence if label.startswith(("dispute.", "case.")) else 0.0
    guesses = ((label, confidence), ("faq.tracking", (1 - confidence) / 2))
    return Understanding("…", label, confidence, guesses, label2, p_claim, tone=frozenset(tone.split()))


def heard(*messages: Understanding) -> Heard:
    return hear(messages, Thresholds(), LEVELS)


def test_the_claim_counts_and_the_question_before_it_is_second() -> None:
    found = heard(understood("chat.greet"), understood("faq.tracking"), understood(QUALITY, 0.8))
    assert (found.label, found.label2, found.confidence) == (QUALITY, "faq.tracking", 0.8)


def test_the_second_matter_of_one_message_is_kept() -> None:
    assert heard(understood(QUALITY, label2="faq.invoice_howto")).label2 == "faq.invoice_howto"


def test_small_talk_and_guesses_name_no_matter() -> None:
    assert heard() == Heard(levels=LEVELS)
    assert heard(understood("chat.greet"), understood("faq.tracking", 0.2), understood("out_of_scope")).label is None
    assert heard(understood("chat.human", tone="human")).label is None


def test_the_tone_of_all_messages_raises_the_level() -> None:
    assert heard(understood(QUALITY)).severity(QUALITY, RULES.severity) is Severity.MINOR
    assert heard(understood(QUALITY), understood("chat.deny", tone="insult")).severity(QUALITY, RULES.severity) is Severity.NORMAL
    assert heard(understood("chat.deny", tone="threat"), understood(QUALITY)).severity(QUALITY, RULES.severity) is Severity.SERIOUS


def test_an_open_matter_keeps_its_label_and_what_was_heard_is_second() -> None:
    found = heard(understood("dispute.escalation", tone="threat"))
    decision = desk_decision(RULES, Conversation("c1", label=QUALITY), "after_sales", "slow", found)
    assert (decision.label, decision.label2, decision.severity, decision.path) == (QUALITY, "dispute.escalation", Severity.SERIOUS, None)
    assert (decision.ticket["label"], decision.ticket["label2"]) == (QUALITY, "dispute.escalation")


def test_a_label_that_an_earlier_ticket_left_gives_way() -> None:
    before = Conversation("c1", label=QUALITY, ticket_id="T1")
    assert desk_decision(RULES, before, "after_sales", "slow", heard(understood("case.privacy"))).label == "case.privacy"
    assert desk_decision(RULES, before, "after_sales", "slow", heard(understood("chat.greet"))).label == QUALITY


async def test_the_model_that_is_live_is_taken_and_a_torn_one_leaves_the_old(tmp_path: Path, model_path: Path) -> None:
    ear = Ear(tmp_path)
    assert await ear.understand(["怎么退货"]) == []
    shutil.copy(model_path, tmp_path / "a.tar.gz")
    before = (await ear.understand(["怎么退货"]))[0].label
    assert before.startswith("faq.")
    torn = tmp_path / "b.tar.gz"
    torn.write_bytes(b"torn")
    registry.make_live(tmp_path, "b.tar.gz", registry.FORCED, "", NOON)
    assert (await ear.understand(["怎么退货"]))[0].label == before
    torn.unlink()
    assert (await ear.understand(["怎么退货"]))[0].label == before
    shutil.copy(model_path, tmp_path / "c.tar.gz")
    registry.make_live(tmp_path, "c.tar.gz", registry.PROMOTED, "", NOON)
    assert (await ear.understand(["怎么退货"]))[0].label == before
    assert ear._state is not None
    assert ear._state[0] == "c.tar.gz"


async def test_a_failing_model_costs_the_matter_and_the_log_holds_no_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    class Failing(Ear):
        def _understand(self, texts: Sequence[str]) -> list[Understanding]:
            raise ValueError(f"cannot read {texts[0]}")

    assert await Failing(tmp_path).understand(["我的手机号13800138000"]) == []
    said = "".join(capsys.readouterr())
    assert "ear_failed" in said
    assert "ValueError" in said
    assert "13800138000" not in said
