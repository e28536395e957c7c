"""Training the sentence encoder with sentence-transformers: lines of one label are drawn together, lines of others pushed apart.

Its StaticEmbedding (the mean of units' vectors), its MultipleNegativesRankingLoss, its trainer. Seeded: the same lines give the same vectors.
Needs torch; the run time does not (bot/nlu/neighbours.py).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bot.nlu.neighbours import Floats, Rows, UnitEncoder, rounded
from bot.nlu.pair_training import PairRecipe, train_on_pairs
from bot.quiet import quietly

Pairs = tuple[list[int], list[int]]
LOG_BATCH = 256
"""Pairs of neighbouring messages in a batch: here any two messages may be each other's negatives."""


@dataclass(frozen=True)
class EncoderRecipe:
    """Chosen by cross-validation on the training lines: 256 dimensions or words of a dictionary gained nothing more."""

    dimensions: int = 128
    epochs: int = 6
    learning_rate: float = 3e-3
    scale: float = 20.0
    """Of the cosines in the loss."""
    seed: int = 11


def fit_encoder(
    rows: Sequence[Rows], labels: Sequence[str], units: int, recipe: EncoderRecipe, progress: Callable[[str], None] = lambda _: None,
    neighbouring: Sequence[tuple[Rows, Rows]] = (),
) -> UnitEncoder | None:
    """The encoder for lines given as numbers of their units (below `units`); None with fewer than two labels, which teach nothing.

    `neighbouring`: pairs of messages that followed each other in a log; the vectors are first trained on them.
    """
    names = len(set(labels))
    if names < 2:
        return None
    chance = np.random.default_rng(recipe.seed)
    vectors: Floats = (chance.standard_normal((units + 1, recipe.dimensions)) * 0.1).astype(np.float32)
    written = [_written(row, units) for row in rows]
    ones, others = pair_up(labels, recipe)
    rounds = [([written[n] for n in ones], [written[n] for n in others], names, "训练句子编码器")]
    if neighbouring:
        told = [(_written(one, units), _written(other, units)) for one, other in neighbouring]
        rounds.insert(0, ([one for one, _ in told], [other for _, other in told], LOG_BATCH, "先在聊天记录上训练编码器"))
    with quietly():
        for one_side, other_side, batch, what in rounds:
            told_of = PairRecipe(batch, recipe.learning_rate, recipe.scale, recipe.seed)
            vectors = _train(vectors, one_side, other_side, told_of, lambda step, what=what: progress(f"{what}：{step}"))  # type: ignore[misc]
    return UnitEncoder(rounded(vectors[:units]))


def pair_up(labels: Sequence[str], recipe: EncoderRecipe) -> Pairs:
    """Numbers of lines and of their partners; each run of as many pairs as there are labels has one pair of every label.

    So no pair of a batch is a false negative of another. A label's lines come round again once all were used; a lone line is its own partner.
    """
    chance = random.Random(recipe.seed)
    by_label: dict[str, list[int]] = {}
    for number, label in enumerate(labels):
        by_label.setdefault(label, []).append(number)
    queues = [_endless_pairs(by_label[label], chance) for label in sorted(by_label)]
    drawn = [next(queue) for _ in range(_steps(labels, recipe)) for queue in queues]
    return [one for one, _ in drawn], [other for _, other in drawn]


def _steps(labels: Sequence[str], recipe: EncoderRecipe) -> int:
    return max(1, round(recipe.epochs * len(labels) / 2 / len(set(labels))))


def _endless_pairs(numbers: list[int], chance: random.Random) -> Iterator[tuple[int, int]]:
    while True:
        mixed = numbers * 2 if len(numbers) == 1 else list(numbers)
        chance.shuffle(mixed)
        yield from zip(mixed[::2], mixed[1::2])


def _written(row: Rows, units: int) -> str:
    """Units are numbers already: the "words" that the tokenizer cuts are these numbers; `units` itself stands for a line without any."""
    return " ".join(map(str, row)) or str(units)


def _train(vectors: Floats, ones: list[str], others: list[str], recipe: PairRecipe, progress: Callable[[str], None]) -> Floats:
    """The vectors after one pass over the pairs."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, pre_tokenizers

    tokenizer = Tokenizer(models.WordLevel({str(number): number for number in range(len(vectors))}, unk_token=str(len(vectors) - 1)))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    embedding = StaticEmbedding(tokenizer, embedding_weights=torch.from_numpy(vectors))
    threads = torch.get_num_threads()
    # So little work a step that threads wait for each other: two of them took eight times as long as one beside other processes.
    torch.set_num_threads(1)
    try:
        train_on_pairs(SentenceTransformer(modules=[embedding], device="cpu"), ones, others, recipe, progress)
    finally:
        torch.set_num_threads(threads)
    trained: Floats = embedding.embedding.weight.detach().numpy()
    return trained
