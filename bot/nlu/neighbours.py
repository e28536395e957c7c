"""The neighbours' vote: which labels the training lines have that mean nearly the same as a message. numpy only.

A sentence's vector is made by an Encoder: by default the mean of vectors of its units (characters, pairs, Latin words, concept classes),
trained in bot/nlu/encoder_training.py; or a transformer (bot/nlu/transformer.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Rows = Sequence[int]


class Encoder(Protocol):
    """Sentence to vector of length 1, or all zeros when it has nothing to go by."""

    def vector(self, features: str, rows: Rows) -> Floats:
        """One sentence: Text.features and the numbers of its units."""
        ...

    def matrix(self, texts: Sequence[str], rows: Sequence[Rows]) -> Floats:
        """Many sentences, a row each."""
        ...


@dataclass(frozen=True)
class UnitEncoder:
    """A vector per unit, shape (grams + concepts, dimensions)."""

    vectors: Floats

    def vector(self, features: str, rows: Rows) -> Floats:  # noqa: ARG002 (a transformer reads them)
        """The direction of the sum of the units' vectors."""
        return _unit(self.vectors[rows].sum(axis=0)) if rows else np.zeros(self.vectors.shape[1], np.float32)

    def matrix(self, texts: Sequence[str], rows: Sequence[Rows]) -> Floats:
        """As `vector`, a row each."""
        return np.stack([self.vector(text, row) for text, row in zip(texts, rows, strict=True)])


@dataclass(frozen=True)
class Neighbours:
    """The training lines' vectors, those of label n at [starts[n]:starts[n + 1]], and their texts in the same order."""

    vectors: Floats
    starts: NDArray[np.int64]
    texts: tuple[str, ...]
    count: int
    heat: float
    """A neighbour counts exp(heat * cosine)."""

    def votes(self, query: Floats, candidates: Sequence[int]) -> NDArray[np.float64]:
        """A share per label of the `count` nearest lines among the candidates' lines; all zeros without a query or lines."""
        labels = len(self.starts) - 1
        if not query.any():
            return np.zeros(labels)
        # Only the likeliest labels' lines: a fifth of the cost, and a far label's chance neighbour does not count.
        parts = [self.vectors[self.starts[n] : self.starts[n + 1]] @ query for n in candidates]
        near = np.concatenate(parts)
        owners = np.repeat(np.asarray(candidates), [len(part) for part in parts])
        count = min(self.count, len(near))
        if not count:
            return np.zeros(labels)
        best = np.argpartition(near, -count)[-count:]
        votes = np.bincount(owners[best], weights=np.exp(self.heat * near[best]), minlength=labels)
        return votes / votes.sum()

    def nearest(self, query: Floats, count: int) -> list[tuple[str, int, float]]:
        """The nearest lines of all labels: text, number of the label, cosine; nearest first."""
        if not query.any():
            return []
        near = self.vectors @ query
        order = np.argsort(-near, kind="stable")[:count]
        return [(self.texts[n], int(np.searchsorted(self.starts, n, side="right")) - 1, float(near[n])) for n in order]


def gather(vectors: Floats, texts: Sequence[str], labels: NDArray[np.int64], label_count: int, count: int, heat: float) -> Neighbours:
    """Neighbours of lines in any order; vectors are rounded to what is stored, so that a loaded model answers as before."""
    order = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[order], np.arange(label_count + 1))
    return Neighbours(rounded(vectors[order]), starts, tuple(texts[n] for n in order), count, heat)


def rounded(values: Floats) -> Floats:
    """The values with the precision of the file: half."""
    return values.astype(np.float16).astype(np.float32)


def _unit(vector: Floats) -> Floats:
    length = float(np.linalg.norm(vector))
    return vector / np.float32(length) if length > 0 else vector
