"""How far a figure may be chance: bootstrap intervals over the lines, and an exact test for two models on the same lines. Pure, seeded."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
SAMPLES = 2000
SEED = 20261111
LEVEL = 0.95


@dataclass(frozen=True)
class Interval:
    """A figure with the bounds between which 95 % of resampled test sets put it."""

    value: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        """For a difference: zero lies outside."""
        return self.low > 0 or self.high < 0


def mean(values: Values) -> Interval:
    """The mean of the lines' values (NaN: the line does not count)."""
    kept = values[~np.isnan(values)]
    if not len(kept):
        return Interval(float("nan"), float("nan"), float("nan"))
    # Drawing lines with replacement is drawing how often each distinct value comes: the same distribution, thousands of times faster.
    distinct, counts = np.unique(kept, return_counts=True)
    if len(distinct) == 1:
        return _unanimous(float(distinct[0]), len(kept))
    draws = np.random.default_rng(SEED).multinomial(len(kept), counts / len(kept), SAMPLES)
    low, high = _bounds(draws @ distinct / len(kept))
    return Interval(float(kept.mean()), low, high)


def difference(new: Values, old: Values) -> Interval:
    """New minus old on the same lines, resampled together: what both find hard says nothing about their difference."""
    apart = new - old
    if not np.nan_to_num(apart).any():
        return Interval(0.0, 0.0, 0.0)
    return mean(apart)


def calibration_error(confidence: Values, right: Values, bins: int = 10) -> Interval:
    """Expected calibration error: how far confidence and share of right answers lie apart, over equal bins, weighted by their lines."""
    number = len(confidence)
    if not number:
        return Interval(float("nan"), float("nan"), float("nan"))
    where = bin_of(confidence, bins)
    gaps = right - confidence
    rng = np.random.default_rng(SEED)

    def error(rows: NDArray[np.int64]) -> float:
        return float(np.abs(np.bincount(where[rows], weights=gaps[rows], minlength=bins)).sum() / number)

    draws = np.array([error(rng.integers(0, number, number)) for _ in range(SAMPLES // 4)])
    return Interval(error(np.arange(number)), *_bounds(draws))


def bin_of(confidence: Values, bins: int = 10) -> NDArray[np.int64]:
    """The bin of each confidence, 0 to bins - 1."""
    return np.clip((confidence * bins).astype(np.int64), 0, bins - 1)


def sign_test(lost: int, won: int) -> float:
    """The chance of losing at least so many of the lines on which two models differ, were they equally good (McNemar, exact, one-sided)."""
    number = lost + won
    return float(sum(comb(number, k) for k in range(lost, number + 1)) / 2**number)


def _unanimous(value: float, number: int) -> Interval:
    """All lines alike: resampling would claim certainty. 0 and 1 get the exact binomial bound."""
    bound = float(0.025 ** (1 / number))
    if value == 1.0:
        return Interval(1.0, bound, 1.0)
    if value == 0.0:
        return Interval(0.0, 0.0, 1 - bound)
    return Interval(value, value, value)


def _bounds(draws: Values) -> tuple[float, float]:
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
