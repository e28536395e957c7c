"""The first step after a message is understood."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import DataError
from bot.model import Understanding
from bot.nlu import thresholds
from bot.nlu.thresholds import Thresholds, first_action

LEVELS = Thresholds(answer_confidence=0.4, guess_confidence=0.1, claim_share=0.3, claim_hand_off=0.5, out_of_scope=0.45)


def understood(label: str, confidence: float, *, claim: float = 0.0, out: float = 0.0, tone: frozenset[str] = frozenset()) -> Understanding:
    return Understanding("…", label, confidence, p_claim=claim, p_out_of_scope=out, tone=tone)


@pytest.mark.parametrize(
    ("message", "action"),
    [
        (understood("faq.exchange", 0.8), "answer"),
        (understood("faq.exchange", 0.6, claim=0.35), "guess"),
        (replace(understood("faq.exchange", 0.45, claim=0.5), guesses=(("faq.exchange", 0.45), ("dispute.invoice", 0.4))), "hand_off"),
        (replace(understood("faq.exchange", 0.45, claim=0.5), guesses=(("faq.exchange", 0.45), ("dispute.invoice", 0.3))), "guess"),
        (understood("faq.exchange", 0.3), "guess"),
        (understood("faq.exchange", 0.05), "rephrase"),
        (understood("case.privacy", 0.8, claim=0.9), "hand_off"),
        (understood("case.privacy", 0.3, claim=0.4), "guess"),
        (understood("chat.human", 0.9), "hand_off"),
        (understood("chat.abuse", 0.9), "hand_off"),
        (understood("chat.greet", 0.9), "answer"),
        (understood("faq.exchange", 0.9, tone=frozenset({"human"})), "hand_off"),
        (understood("out_of_scope", 0.6, out=0.6), "answer"),
        (understood("out_of_scope", 0.3, out=0.3), "guess"),
        (understood("out_of_scope", 0.0), "rephrase"),
    ],
)
def test_first_action(message: Understanding, action: str) -> None:
    assert first_action(message, LEVELS) == action


def test_a_shop_that_wants_fewer_scripts_on_claims_lowers_the_share() -> None:
    message = understood("faq.exchange", 0.7, claim=0.2)
    assert first_action(message, LEVELS) == "answer"
    assert first_action(message, replace(LEVELS, claim_share=0.1)) == "guess"


def test_the_shipped_file_is_right_and_a_wrong_one_is_explained(tmp_path: Path) -> None:
    assert thresholds.load() == thresholds.read(vars(thresholds.load()))
    assert thresholds.load(tmp_path) == Thresholds()
    with pytest.raises(DataError) as caught:
        thresholds.read({"answer": 0.4, "claim_share": 30, "out_of_scope": "x"})
    assert len(caught.value.problems) == 3
