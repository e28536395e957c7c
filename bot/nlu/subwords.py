"""Sentence vectors from word vectors that were learnt on a shop's own chats (bot/nlu/subword_training.py); numpy and jieba only.

A sentence is the sum of its words' directions, each weighted a / (a + its share of all words), without the direction that all sentences
share (Arora et al. 2017, "A simple but tough-to-beat baseline"). A word never seen is the mean of its pieces, as fastText has it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu.neighbours import Floats

Halves = NDArray[np.float16]
MIN_PIECE, MAX_PIECE = 1, 3
PREFIX = "subwords_"


@dataclass(frozen=True)
class SubwordVectors:
    """Held in half precision, in memory too: 60,000 words and 50,000 pieces of 128 dimensions are 28 MB."""

    words: tuple[str, ...]
    frequencies: NDArray[np.int64]
    """Of each word in jieba's dictionary, 0 when it is not there: what cuts a sentence into words as it was cut in training."""
    total: int
    """Of all frequencies of jieba's dictionary."""
    vectors: Halves
    """A row per word: its direction times its weight."""
    pieces: Halves
    """A row per bucket of pieces of words."""
    common: Floats
    """The direction that all sentences share."""
    _rows: Mapping[str, int] = field(init=False, repr=False, compare=False)
    _cutter: Any = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_rows", {word: number for number, word in enumerate(self.words)})
        object.__setattr__(self, "_cutter", cutter(dict(zip(self.words, self.frequencies.tolist())), self.total))

    @property
    def dimensions(self) -> int:
        """Of every vector."""
        return int(self.vectors.shape[1])

    def vector(self, features: str) -> Floats:
        """Text.features as a vector of length 1; zeros when there is no word in it."""
        words = [word for word in self._cutter.lcut(features) if word != " "]
        known = [self._rows[word] for word in words if word in self._rows]
        summed: Floats = self.vectors[known].sum(axis=0, dtype=np.float32)
        for word in words:
            if word not in self._rows:
                summed += self._unknown(word)
        return unit(summed - self.common * np.float32(summed @ self.common))

    def matrix(self, texts: Sequence[str]) -> Floats:
        """As `vector`, a row each."""
        return np.stack([self.vector(text) for text in texts]) if texts else np.zeros((0, self.dimensions), np.float32)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """All of it as arrays for numpy.savez, without pickle."""
        return {
            PREFIX + "words": np.frombuffer("\n".join(self.words).encode(), np.uint8), PREFIX + "frequencies": self.frequencies,
            PREFIX + "total": np.array(self.total), PREFIX + "vectors": self.vectors, PREFIX + "pieces": self.pieces, PREFIX + "common": self.common,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> SubwordVectors | None:
        """What `to_arrays` gave; None when it is not among the arrays."""
        if PREFIX + "words" not in arrays:
            return None
        words = tuple(arrays[PREFIX + "words"].tobytes().decode().split("\n"))
        frequencies, vectors, pieces, common = (arrays[PREFIX + name] for name in ("frequencies", "vectors", "pieces", "common"))
        return cls(words, frequencies, int(arrays[PREFIX + "total"]), vectors, pieces, common)

    def _unknown(self, word: str) -> Floats:
        """The direction of a word that was not in the chats, at the full weight of what is rare."""
        return unit(self.pieces[buckets(word, len(self.pieces))].sum(axis=0, dtype=np.float32))


def unit(vector: Floats) -> Floats:
    """The vector at length 1; zeros stay zeros."""
    length = np.float32(np.linalg.norm(vector))
    # What is left when a sentence is nothing but the common direction is noise.
    return vector / length if length > 1e-6 else np.zeros_like(vector)


def cutter(frequencies: Mapping[str, int], total: int) -> Any:
    """A jieba that knows these words only: its whole dictionary would take a second and 60 MB of every worker."""
    import jieba

    # Its own handler prints every step to stderr.
    jieba.setLogLevel("ERROR")
    known: dict[str, int] = {}
    for word, frequency in frequencies.items():
        if frequency:
            for end in range(1, len(word)):
                known.setdefault(word[:end], 0)
            known[word] = frequency
    found = jieba.Tokenizer()
    found.FREQ, found.total, found.initialized = known, max(total, 1), True
    return found


def buckets(word: str, count: int) -> list[int]:
    """The numbers of the pieces of a word (1 to 3 characters of "<word>", not "<" and ">" alone), as gensim and fastText number them."""
    whole = f"<{word}>"
    last = len(whole)
    return [
        _hash(whole[start:end].encode()) % count
        for start in range(last)
        for end in range(start + MIN_PIECE, min(start + MAX_PIECE, last) + 1)
        if whole[start:end] not in "<>" or 0 < start < last - 1
    ]


def _hash(piece: bytes) -> int:
    """FNV-1a with fastText's sign extension of bytes from 128 on."""
    value = 2166136261
    for byte in piece:
        value = ((value ^ (byte if byte < 128 else byte | 0xFFFFFF00)) * 16777619) & 0xFFFFFFFF
    return value
