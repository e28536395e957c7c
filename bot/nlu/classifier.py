"""The classifier at run time: a linear model per label, a family model, the neighbours' vote, calibrated; numpy only.

linear(label) = P(label) * P(family) ** family_weight; mixed = linear + vote * the neighbours' share, out_of_scope times `nonsense`;
sharpened by an exponent that was fitted on lines held out. A message that a trainer wrote word for word is recognised as such. Fitted in bot/nlu/fitting.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from bot.nlu import features as feature
from bot.nlu.lexicon import Lexicon
from bot.nlu.neighbours import Encoder, Floats, Neighbours
from bot.taxonomy import OUT_OF_SCOPE

CANDIDATES = 6
"""The neighbours vote among so many of the linear model's labels."""
SUBWORD_WEIGHT = 0.3**0.5


class SentenceVectors(Protocol):
    """A vector of length 1 (or zeros) for a sentence, from vectors of its words learnt elsewhere."""

    def vector(self, features: str) -> Floats:
        """Text.features as a vector."""
        ...

    def to_arrays(self) -> Mapping[str, Any]:
        """What is stored of it: numpy arrays by name."""
        ...


@dataclass(frozen=True)
class Classifier:
    """Weights of shape (grams + concepts + dimensions of subwords + 1, labels + families); the last row is the bias."""

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
    vote: float = 0.0
    """How much the neighbours count beside the linear model's 1."""
    nonsense: float = 1.0
    """How often its share out_of_scope counts."""
    encoder: Encoder | None = None
    neighbours: Neighbours | None = None
    subwords: SentenceVectors | None = None
    """From a shop's own chats (`train --logs`); not there by default."""

    def __post_init__(self) -> None:
        numbers = [self.families.index(label.split(".", 1)[0]) for label in self.labels]
        object.__setattr__(self, "_family_of", np.array(numbers))
        object.__setattr__(self, "_claims", np.array([label.startswith(("dispute.", "case.")) for label in self.labels]))
        object.__setattr__(self, "_out", self.labels.index(OUT_OF_SCOPE) if OUT_OF_SCOPE in self.labels else -1)

    def probabilities(self, features: str) -> Floats:
        """One calibrated probability per label for Text.features."""
        chances: Floats = (self.mixed(features) ** self.sharpness).astype(np.float32)
        chances /= chances.sum()
        match = self.exact.get(feature.bare(features))
        if match is not None:
            chances *= 1 - self.exact_share
            chances[match] += self.exact_share
        return chances

    def mixed(self, features: str) -> Floats:
        """The linear model's shares with the neighbours' votes, not yet calibrated."""
        grams, concepts = feature.rows(features, self.known), self.lexicon.hits(features)
        chances = self._linear(features, grams, concepts)
        if self.encoder is not None and self.neighbours is not None:
            query = self.encoder.vector(features, self.units(grams, concepts))
            candidates = np.argsort(-chances, kind="stable")[:CANDIDATES]
            chances = chances + np.float32(self.vote) * self.neighbours.votes(query, [int(n) for n in candidates]).astype(np.float32)
        if self._out >= 0:  # type: ignore[attr-defined]
            chances[self._out] *= np.float32(self.nonsense)  # type: ignore[attr-defined]
        return chances

    def rough_label(self, features: str) -> str:
        """The linear model's label alone: a fifth of the cost."""
        chances = self._linear(features, feature.rows(features, self.known), self.lexicon.hits(features))
        return self.labels[int(chances.argmax())]

    def units(self, grams: list[int], concepts: list[int]) -> list[int]:
        """The numbers of a message's units: its grams, then its classes of words."""
        first = len(self.known)
        return grams + [first + number for number in concepts]

    def p_claim(self, chances: Floats) -> float:
        """The share of dispute and case."""
        return float(chances[self._claims].sum())  # type: ignore[attr-defined]

    def p_out_of_scope(self, chances: Floats) -> float:
        """The share of out_of_scope."""
        return float(chances[self._out]) if self._out >= 0 else 0.0  # type: ignore[attr-defined]

    def ranking(self, chances: Floats, count: int) -> list[tuple[str, float]]:
        """The `count` most likely labels, best first."""
        order = np.argsort(-chances, kind="stable")[:count]
        return [(self.labels[number], float(chances[number])) for number in order]

    def units_of(self, features: str) -> list[int]:
        """The numbers of the units of Text.features."""
        return self.units(feature.rows(features, self.known), self.lexicon.hits(features))

    def reasons(self, features: str, label: str) -> list[tuple[str, float]]:
        """What spoke for the label (above 0) and against it: grams, and classes of words as "#name", heaviest first."""
        column = self.labels.index(label)
        family = len(self.labels) + int(self._family_of[column])  # type: ignore[attr-defined]
        weights = self.weights[:, column] + np.float32(self.family_weight) * self.weights[:, family]
        grams, concepts = feature.rows(features, self.known), self.lexicon.hits(features)
        names = list(self.known)
        said = [(names[n], float(weights[n]) / len(grams) ** 0.5) for n in grams]
        said += [("#" + self.lexicon.names[n], float(weights[len(names) + n]) * self.concept_weight) for n in concepts]
        return sorted(said, key=lambda pair: -abs(pair[1]))

    def nearest(self, features: str, count: int) -> list[tuple[str, str, float]]:
        """The training lines nearest in meaning: text, label, cosine."""
        if self.encoder is None or self.neighbours is None:
            return []
        query = self.encoder.vector(features, self.units_of(features))
        return [(text, self.labels[number], near) for text, number, near in self.neighbours.nearest(query, count)]

    def _linear(self, features: str, grams: list[int], concepts: list[int]) -> Floats:
        """The linear models' shares of the labels."""
        values = self.weights[-1].copy()
        if grams:
            values += self.weights[grams].sum(axis=0) / np.float32(len(grams) ** 0.5)
        if concepts:
            values += self.weights[self.units([], concepts)].sum(axis=0) * np.float32(self.concept_weight)
        if self.subwords is not None:
            first = len(self.known) + len(self.lexicon.names)
            values += np.float32(SUBWORD_WEIGHT) * self.subwords.vector(features) @ self.weights[first:-1]
        log_chance = -np.logaddexp(np.float32(0), -values)
        count = len(self.labels)
        scores = log_chance[:count] + np.float32(self.family_weight) * log_chance[count:][self._family_of]  # type: ignore[attr-defined]
        chances: Floats = np.exp(scores - scores.max())
        return chances / chances.sum()
