"""The classifier at run time: a linear model per label, a family model, calibrated; numpy only. Fitted in bot/nlu/fitting.py.

score(label) = log P(label) + family_weight * log P(family), sharpened by a temperature that was fitted out of fold.
A message that a trainer wrote word for word is recognised as such.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu import features as feature
from bot.nlu.lexicon import Lexicon
from bot.taxonomy import OUT_OF_SCOPE

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Classifier:
    """Weights of shape (grams + concepts + 1, labels + families); the last row is the bias."""

    labels: tuple[str, ...]
    families: tuple[str, ...]
    known: Mapping[str, int]
    lexicon: Lexicon
    weights: Floats
    sharpness: float
    family_weight: float
    concept_weight: float
    exact: Mapping[str, int]
    """Bare form of every line of the training data -> number of its label."""
    exact_share: float

    def __post_init__(self) -> None:
        numbers = [self.families.index(label.split(".", 1)[0]) for label in self.labels]
        object.__setattr__(self, "_family_of", np.array(numbers))
        object.__setattr__(self, "_claims", np.array([label.startswith(("dispute.", "case.")) for label in self.labels]))
        object.__setattr__(self, "_out", self.labels.index(OUT_OF_SCOPE) if OUT_OF_SCOPE in self.labels else -1)

    def probabilities(self, features: str) -> Floats:
        """One calibrated probability per label for Text.features."""
        scores = self._scores(features)
        chances: Floats = np.exp((scores - scores.max()) * self.sharpness)
        chances /= chances.sum()
        match = self.exact.get(feature.bare(features))
        if match is not None:
            chances *= 1 - self.exact_share
            chances[match] += self.exact_share
        return chances

    def p_claim(self, chances: Floats) -> float:
        """The share of dispute and case."""
        return float(chances[self._claims].sum())  # type: ignore[attr-defined]

    def p_out_of_scope(self, chances: Floats) -> float:
        """The share of out_of_scope."""
        return float(chances[self._out])  # type: ignore[attr-defined]

    def ranking(self, chances: Floats, count: int) -> list[tuple[str, float]]:
        """The `count` most likely labels, best first."""
        order = np.argsort(-chances, kind="stable")[:count]
        return [(self.labels[number], float(chances[number])) for number in order]

    def _scores(self, features: str) -> Floats:
        values = self.weights[-1].copy()
        grams = feature.rows(features, self.known)
        if grams:
            values += self.weights[grams].sum(axis=0) / np.float32(len(grams) ** 0.5)
        concepts = self.lexicon.hits(features)
        if concepts:
            first = len(self.known)
            values += self.weights[[first + number for number in concepts]].sum(axis=0) * np.float32(self.concept_weight)
        log_chance = -np.logaddexp(np.float32(0), -values)
        count = len(self.labels)
        scores: Floats = log_chance[:count] + np.float32(self.family_weight) * log_chance[count:][self._family_of]  # type: ignore[attr-defined]
        return scores


def to_json(classifier: Classifier) -> dict[str, Any]:
    """Everything but the weights and the lexicon."""
    return {
        "labels": list(classifier.labels), "families": list(classifier.families), "known": list(classifier.known),
        "sharpness": classifier.sharpness, "family_weight": classifier.family_weight, "concept_weight": classifier.concept_weight,
        "exact": dict(classifier.exact), "exact_share": classifier.exact_share,
    }


def from_json(raw: Mapping[str, Any], weights: Floats, lexicon: Lexicon) -> Classifier:
    """The classifier written by `to_json`."""
    return Classifier(
        tuple(raw["labels"]), tuple(raw["families"]), {gram: number for number, gram in enumerate(raw["known"])}, lexicon, weights,
        raw["sharpness"], raw["family_weight"], raw["concept_weight"], raw["exact"], raw["exact_share"],
    )
