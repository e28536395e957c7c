"""What keeps a model from going live, and what does not."""

from __future__ import annotations

import pytest

from bot.quality.cases import Case
from bot.quality.gate import Answers, Check, Cost, Verdict, judge
from tests.quality.answers import CHEAP, ESCALATION, QUALITY, RETURN, RULES, TRACKING, both, lines, says

FLIP = Answers([Case("怎么退货", RETURN)], [says(RETURN)], [says(RETURN)])
GOOD = both(lines(TRACKING, 20), "x" * 20, "x" * 20)


def asked(natural: Answers = GOOD, flip: Answers | None = FLIP, cost: Cost = CHEAP) -> Verdict:
    return judge({"natural": natural}, flip, cost, RULES)


def failing(verdict: Verdict) -> list[Check]:
    return [check for check in verdict.checks if not check.holds and not check.remark]


def test_a_model_that_answers_like_the_live_one_passes() -> None:
    verdict = asked()
    assert verdict.passed
    assert all(check.holds for check in verdict.checks)


def test_a_dangerous_label_that_loses_beyond_noise_blocks_with_its_lines() -> None:
    cases = lines(QUALITY, 20)
    verdict = asked(both(cases, "x" * 20, "." * 5 + "x" * 15, wrong=ESCALATION))
    assert not verdict.passed
    check = failing(verdict)[0]
    assert check.name.startswith(QUALITY)
    assert [(row.text, row.expected, row.old, row.new) for row in check.against] == [(case.text, QUALITY, QUALITY, ESCALATION) for case in cases[:5]]


def test_four_lines_lost_or_as_many_won_are_noise() -> None:
    assert asked(both(lines(QUALITY, 20), "x" * 20, "." * 4 + "x" * 16, wrong=ESCALATION)).passed
    assert asked(both(lines(QUALITY, 20), "." * 5 + "x" * 15, "x" * 15 + "." * 5, wrong=ESCALATION)).passed


def test_small_losses_of_many_dangerous_labels_are_one_large_loss() -> None:
    cases = [case for label in (QUALITY, ESCALATION, "case.privacy") for case in lines(label, 4)]
    verdict = asked(both(cases, "x" * 12, "..xx" * 3, wrong="case.counterfeit"))
    assert failing(verdict)[0].name == "要紧标签合计 找回"


def test_a_loss_that_hurts_nobody_counts_only_in_the_whole() -> None:
    cases = lines(RETURN, 200)
    few = both(cases, "x" * 200, "." * 4 + "x" * 196)
    assert asked(few).passed
    many = asked(both(cases, "x" * 200, "." * 10 + "x" * 190))
    assert [check.name for check in failing(many)] == ["自然聊天：标签正确"]


def test_more_claims_answered_by_a_script_block() -> None:
    cases = lines(QUALITY, 10) + lines(ESCALATION, 10)
    # Wrong before too, but then a person got them.
    old = [says("case.counterfeit")] * 20
    verdict = asked(Answers(cases, [says(TRACKING)] * 6 + old[6:], old))
    assert "争议疑难误发话术" in [check.name for check in failing(verdict)]
    check = next(check for check in verdict.checks if check.name == "争议疑难误发话术")
    assert (len(check.against), check.holds) == (6, False)
    assert "0.0% → 30.0%" in check.found


def test_a_sentence_that_never_flips_blocks_alone() -> None:
    verdict = asked(flip=Answers(FLIP.cases, [says(TRACKING)], [says(RETURN)]))
    assert [check.name for check in failing(verdict)] == ["不许翻的句子"]
    assert failing(verdict)[0].against[0].text == "怎么退货"


def test_one_that_was_wrong_already_is_told_and_blocks_nothing() -> None:
    verdict = asked(flip=Answers(FLIP.cases, [says(TRACKING)], [says(QUALITY)]))
    assert verdict.passed
    (known,) = [check for check in verdict.checks if not check.holds]
    assert (known.remark, known.against[0].old, known.against[0].new) == (True, QUALITY, TRACKING)


def test_without_a_live_model_wrong_sentences_are_a_warning() -> None:
    verdict = asked(Answers(GOOD.cases, GOOD.new, None), Answers(FLIP.cases, [says(TRACKING)], None), Cost(1.0, None, 20.0))
    assert verdict.passed
    assert [(check.name, check.remark) for check in verdict.checks if not check.holds] == [("不许翻的句子", True)]


@pytest.mark.parametrize(
    ("new", "old", "passes"), [(1.4, 0.3, True), (2.9, 2.0, True), (3.1, 2.0, False), (1.6, 1.0, False), (1.6, None, False), (1.5, None, True)]
)
def test_speed_holds_by_itself_or_beside_the_live_model(new: float, old: float | None, passes: bool) -> None:
    assert asked(cost=Cost(new, old, 20.0)).passed is passes


def test_a_model_above_sixty_megabytes_is_refused() -> None:
    assert [check.name for check in failing(asked(cost=Cost(0.5, 0.5, 60.1)))] == ["大小"]


def test_without_test_sets_nothing_vouches_for_a_model() -> None:
    verdict = judge({}, None, CHEAP, RULES)
    assert [check.name for check in failing(verdict)] == ["测试集", "不许翻的句子"]


def test_a_label_that_the_live_model_does_not_know_is_only_won() -> None:
    cases = lines("faq.brand_new", 30) + lines(TRACKING, 20)
    assert asked(both(cases, "." * 30 + "x" * 20, "x" * 50)).passed
