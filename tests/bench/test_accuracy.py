"""Shares of right lines, by the evaluation's figures."""

from __future__ import annotations

from bot.bench import accuracy
from bot.bench.stock import FALLBACK_THRESHOLD, THRESHOLDS, read
from bot.model import Understanding
from bot.nlu.thresholds import Thresholds
from bot.quality.cases import Case
from bot.quality.figures import Rules

GROUPS = {"dispute.product_quality": "returns_refunds", "dispute.escalation": "supervisor"}
QUALITY, TRACKING = Case("破了", "dispute.product_quality"), Case("到哪了", "faq.tracking", ("faq.shipping_urge",))


def says(*ranking: tuple[str, float]) -> Understanding:
    return Understanding("…", ranking[0][0], ranking[0][1], ranking)


def test_each_figure_is_the_share_of_the_lines_that_count_for_it() -> None:
    answers = [says(("dispute.escalation", 0.5), ("dispute.product_quality", 0.4)), says(("faq.shipping_urge", 0.9)), says(("chat.thanks", 0.9))]
    found = accuracy.shares([QUALITY, TRACKING, TRACKING], answers, Rules(Thresholds(), GROUPS.get))
    assert found == {"accepted": 0.3333, "route": 0.6667, "among_three": 0.6667, "claims_scripted": 0.0, "faq_scripted": 1.0}


def test_a_figure_for_which_no_line_counts_is_none() -> None:
    found = accuracy.shares([TRACKING], [says(("faq.tracking", 0.9))], Rules(Thresholds(), GROUPS.get))
    assert (found["claims_scripted"], found["accepted"]) == (None, 1.0)


def test_stock_rasa_answers_a_claim_with_a_script_when_its_fallback_lets_it_through() -> None:
    rules = Rules(THRESHOLDS, GROUPS.get)
    sure = {"intent": {"name": "faq_tracking"}, "intent_ranking": [{"name": "faq_tracking", "confidence": FALLBACK_THRESHOLD}]}
    unsure = {"intent": {"name": "nlu_fallback"}, "intent_ranking": [{"name": "nlu_fallback", "confidence": 0.7}, *sure["intent_ranking"]]}
    labels = {"faq_tracking": "faq.tracking"}
    assert accuracy.shares([QUALITY], [read("破了", sure, labels)], rules)["claims_scripted"] == 1.0
    assert accuracy.shares([QUALITY], [read("破了", unsure, labels)], rules)["claims_scripted"] == 0.0
    assert accuracy.shares([TRACKING], [read("到哪了", unsure, labels)], rules)["accepted"] == 1.0, "the label is DIET's own"
