"""Noise is not called progress: intervals and the sign test."""

from __future__ import annotations

from math import isnan, nan

import numpy as np
import pytest

from bot.quality.intervals import Interval, calibration_error, difference, mean, sign_test


def marks(ones: int, zeros: int) -> np.ndarray:
    return np.array([1.0] * ones + [0.0] * zeros)


def test_the_interval_of_a_share_is_that_of_the_binomial_distribution() -> None:
    found = mean(marks(80, 20))
    assert found.value == 0.8
    # ± 1.96 × √(0.8 × 0.2 / 100)
    assert (found.low, found.high) == (pytest.approx(0.72, abs=0.015), pytest.approx(0.88, abs=0.015))


def test_more_lines_make_it_narrower_and_the_same_lines_the_same() -> None:
    few, many = mean(marks(8, 2)), mean(marks(800, 200))
    assert many.high - many.low < (few.high - few.low) / 5
    assert mean(marks(800, 200)) == many


def test_lines_that_do_not_count_are_left_out() -> None:
    assert mean(np.array([1.0, nan, 0.0, nan])).value == 0.5
    assert isnan(mean(np.array([nan])).value)


def test_none_of_ten_does_not_mean_never() -> None:
    none, every = mean(marks(0, 10)), mean(marks(10, 0))
    assert (none.low, none.high) == (0.0, pytest.approx(0.308, abs=0.001))  # 1 - 0.025^(1/10), Clopper and Pearson
    assert (every.low, every.high) == (pytest.approx(0.692, abs=0.001), 1.0)


def test_a_difference_is_judged_line_by_line() -> None:
    hard = marks(500, 500)
    better = hard.copy()
    better[500:520] = 1.0
    found = difference(better, hard)
    assert found.value == pytest.approx(0.02)
    assert found.clear, "twenty lines won and none lost is no chance, though each share alone is known to 3 points only"
    mixed = hard.copy()
    mixed[480:500], mixed[500:522] = 0.0, 1.0
    assert not difference(mixed, hard).clear
    assert difference(hard, hard) == Interval(0.0, 0.0, 0.0)


def test_calibration_error_is_how_far_sureness_and_truth_lie_apart() -> None:
    sure, right = np.array([0.85] * 100), marks(60, 40)
    found = calibration_error(sure, right)
    assert found.value == pytest.approx(0.25)
    assert found.low < 0.25 < found.high
    assert calibration_error(np.array([1.0] * 9), marks(9, 0)).value == 0.0
    assert isnan(calibration_error(np.array([]), np.array([])).value)


def test_errors_of_two_bins_do_not_cancel_out() -> None:
    assert calibration_error(np.array([0.95] * 50 + [0.05] * 50), marks(45, 55)).value == pytest.approx(0.05)
    assert calibration_error(np.array([0.95] * 50 + [0.15] * 50), np.concatenate([marks(40, 10), marks(15, 35)])).value == pytest.approx(0.15)


@pytest.mark.parametrize(("lost", "won", "chance"), [(0, 0, 1.0), (3, 0, 0.125), (5, 0, 1 / 32), (1, 1, 0.75), (8, 2, 56 / 1024)])
def test_the_sign_test_is_a_coins(lost: int, won: int, chance: float) -> None:
    assert sign_test(lost, won) == pytest.approx(chance)
