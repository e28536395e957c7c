"""Lines and what a model made of them, in a word each."""

from __future__ import annotations

from bot.model import Understanding
from bot.nlu.thresholds import Thresholds
from bot.quality.cases import Case
from bot.quality.figures import Rules
from bot.quality.gate import Answers, Cost

QUALITY, ESCALATION, TRACKING, RETURN, NONE = (
    "dispute.product_quality", "dispute.escalation", "faq.tracking", "faq.return_process", "out_of_scope"
)
GROUPS = {QUALITY: "returns_refunds", ESCALATION: "supervisor", "case.privacy": "supervisor", "chat.human": "reception"}
RULES = Rules(Thresholds(), GROUPS.get)
CHEAP = Cost(0.5, 0.5, 20.0)


def says(label: str, confidence: float = 0.9, *others: str, label2: str | None = None) -> Understanding:
    """A model's answer; `others` are its second and third guess."""
    guesses = ((label, confidence), *((other, 0.03) for other in others))
    p_claim = confidence if label.startswith(("dispute.", "case.")) else 0.0
    return Understanding("…", label, confidence, guesses, label2, p_claim, confidence if label == NONE else 0.0)


def lines(label: str, number: int, *also: str) -> list[Case]:
    """So many messages of a label."""
    return [Case(f"{label} {n}", label, also) for n in range(number)]


def both(cases: list[Case], old_right: str, new_right: str, wrong: str = TRACKING) -> Answers:
    """Two models' answers: `x` right, `.` wrong, a character a line."""
    def answers(marks: str) -> list[Understanding]:
        return [says(case.label if mark == "x" else wrong) for case, mark in zip(cases, marks, strict=True)]

    return Answers(cases, answers(new_right), answers(old_right))
