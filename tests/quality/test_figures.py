"""What each figure counts."""

from __future__ import annotations

from math import isnan

import pytest

from bot.quality.cases import Case
from bot.quality.figures import HEADLINES, measure, values
from tests.quality.answers import ESCALATION, NONE, QUALITY, RETURN, RULES, TRACKING, says

PRIVACY = "case.privacy"


def mark(case: Case, answer: object, figure: str) -> float | None:
    """1, 0, or None where the line does not count."""
    value = float(values([case], [answer], RULES)[figure][0])  # type: ignore[list-item]
    return None if isnan(value) else value


def test_accepted_labels_are_right_and_only_the_first_is_exact() -> None:
    case = Case("…", TRACKING, (RETURN,))
    assert [mark(case, says(label), "accepted") for label in (TRACKING, RETURN, QUALITY)] == [1, 1, 0]
    assert [mark(case, says(label), "right") for label in (TRACKING, RETURN, QUALITY)] == [1, 0, 0]


def test_family_and_way_may_be_right_where_the_label_is_not() -> None:
    case = Case("…", QUALITY)
    assert [mark(case, says(label), "family") for label in (ESCALATION, PRIVACY)] == [1, 0]
    assert [mark(Case("…", PRIVACY), says(label), "route") for label in (ESCALATION, QUALITY, TRACKING)] == [1, 0, 0]
    assert mark(Case("…", TRACKING), says(NONE), "route") == 1, "both stay with the bot"


def test_one_of_three_guesses_is_enough() -> None:
    assert [mark(Case("…", RETURN), says(TRACKING, 0.5, *others), "among_three") for others in ((QUALITY, RETURN), (QUALITY, NONE))] == [1, 0]


def test_a_claim_is_scripted_only_if_the_first_step_answers_it() -> None:
    claim = Case("…", QUALITY)
    assert mark(claim, says(TRACKING), "claims_scripted") == 1
    assert mark(claim, says(TRACKING, 0.2), "claims_scripted") == 0, "a guess asks back"
    assert mark(claim, says(ESCALATION), "claims_scripted") == 0
    assert mark(Case("…", QUALITY, (TRACKING,)), says(TRACKING), "claims_scripted") == 0
    assert mark(Case("…", TRACKING), says(TRACKING), "claims_scripted") is None
    assert [mark(Case("…", TRACKING), says(label), "faq_scripted") for label in (TRACKING, QUALITY)] == [1, 0]


def test_danger_is_missed_when_neither_label_names_it() -> None:
    case = Case("…", ESCALATION)
    assert mark(case, says(QUALITY), "escalation_missed") == 1
    assert mark(case, says(QUALITY, label2=ESCALATION), "escalation_missed") == 0
    assert mark(Case("…", ESCALATION, (QUALITY,)), says(QUALITY), "escalation_missed") == 0
    assert mark(Case("…", PRIVACY), says(QUALITY), "privacy_missed") == 1
    assert mark(case, says(QUALITY), "privacy_missed") is None


def test_nonsense_is_caught_and_sense_is_lost_by_the_label() -> None:
    assert [mark(Case("…", NONE), says(label), "nonsense_caught") for label in (NONE, TRACKING)] == [1, 0]
    assert [mark(Case("…", TRACKING), says(label), "nonsense_lost") for label in (NONE, RETURN)] == [1, 0]
    assert mark(Case("…", TRACKING, (NONE,)), says(NONE), "nonsense_lost") is None


def test_a_model_is_measured_beside_the_live_one() -> None:
    cases = [Case("…", QUALITY)] * 30 + [Case("…", TRACKING)] * 10
    right, wrong = [says(case.label) for case in cases], [says(TRACKING)] * 40
    found = measure(cases, right, wrong, RULES)
    assert (found.figures["accepted"].value, found.live["accepted"].value, found.differences["accepted"].value) == (1.0, 0.25, 0.75)
    assert found.differences["accepted"].clear
    assert (found.counted["accepted"], found.counted["claims_scripted"], found.counted["nonsense_caught"]) == (40, 30, 0)
    assert found.figures["calibration"].value == pytest.approx(0.1)
    assert set(HEADLINES) <= set(found.figures)
    assert measure(cases, right, None, RULES).differences == {}
