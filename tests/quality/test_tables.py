"""Labels, confusions, borders, reliability and coverage."""

from __future__ import annotations

import pytest

from bot.quality.cases import Case
from bot.quality.tables import borders, confusions, coverage, per_label, reliability
from tests.quality.answers import NONE, QUALITY, RETURN, TRACKING, lines, says


def test_recall_and_precision_of_each_label_that_occurs() -> None:
    cases = [*lines(TRACKING, 4), *lines(RETURN, 1, TRACKING), *lines(QUALITY, 1)]
    said = [says(label) for label in (TRACKING, TRACKING, TRACKING, RETURN, TRACKING, TRACKING)]
    rows = {row.label: row for row in per_label(cases, said, [TRACKING, RETURN, QUALITY, NONE])}
    assert list(rows) == [TRACKING, RETURN, QUALITY]
    assert (rows[TRACKING].recall, rows[TRACKING].precision) == (0.75, 0.8)
    assert (rows[RETURN].recall, rows[RETURN].precision) == (1.0, 0.0)
    assert (rows[QUALITY].recall, rows[QUALITY].precision) == (0.0, None)


def test_confusions_come_with_their_lines_the_surest_first() -> None:
    cases = [Case("a", TRACKING), Case("b", TRACKING), Case("c", RETURN), Case("d", RETURN, (QUALITY,))]
    found = confusions(cases, [says(RETURN, 0.4), says(RETURN, 0.8), says(QUALITY), says(QUALITY)])
    assert [(row.expected, row.said, [line.text for line in row.lines]) for row in found] == [(TRACKING, RETURN, ["b", "a"]), (RETURN, QUALITY, ["c"])]


def test_a_border_is_one_whichever_side_is_named_first() -> None:
    cases = [Case("a", "x", (), "x | y"), Case("b", "y", (), "y | x"), Case("c", "z", (), "x | z"), Case("d", "z")]
    found = borders(cases, [says("x"), says("x"), says("z"), says("x")])
    assert [(row.border, row.right, row.cases, [line.text for line in row.wrong]) for row in found] == [("x | y", 1, 2, ["b"]), ("x | z", 1, 1, [])]


def test_reliability_has_the_bins_that_hold_lines() -> None:
    cases = lines(TRACKING, 4)
    found = reliability(cases, [says(TRACKING, 0.95), says(TRACKING, 0.97), says(RETURN, 0.93), says(RETURN, 0.31)])
    assert [(row.cases, row.confidence, row.right) for row in found] == [(1, 0.31, 0.0), (3, pytest.approx(0.95), pytest.approx(2 / 3))]


def test_coverage_starts_with_the_surest() -> None:
    cases = lines(TRACKING, 10)
    said = [says(TRACKING, 0.9 - n / 100) for n in range(5)] + [says(RETURN, 0.5 - n / 100) for n in range(5)]
    found = dict(coverage(cases, said[::-1]))
    assert (found[50], found[80], found[100]) == (1.0, 0.625, 0.5)
