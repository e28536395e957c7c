"""Fitting the classifier: liblinear one-vs-rest for labels and families, the sentence encoder, calibration on lines held out. Deterministic.

Needs scikit-learn, and torch for the encoder; the run time does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from bot.errors import BadInput
from bot.nlu import features as feature
from bot.nlu import lexicon
from bot.nlu.classifier import SUBWORD_WEIGHT, Classifier, SentenceVectors
from bot.nlu.encoder_training import EncoderRecipe, fit_encoder
from bot.nlu.lexicon import Lexicon
from bot.nlu.neighbours import Encoder, Floats, Rows, gather
from bot.nlu.text import normalise

Say = Callable[[str], None]
MakeEncoder = Callable[[Sequence[str], Sequence[str], Callable[[str], Rows], int, Say], "Encoder | None"]
"""Features and labels of the training lines, features to units, number of units, progress -> the encoder."""


@dataclass(frozen=True)
class Recipe:
    """What can be set in config.yml; the values were chosen by cross-validation on the training lines."""

    c: float = 20.0
    min_count: int = 2
    concept_weight: float = 0.2
    family_weight: float = 0.5
    exact_share: float = 0.8
    folds: int = 5
    """A part in so many is held out for calibration."""
    seed: int = 11
    vote: float = 0.7
    """How much the neighbours count beside the linear model's 1; 0: no encoder."""
    neighbours: int = 15
    heat: float = 5.0
    nonsense: float = 1.8
    """How often its share out_of_scope counts: cross-validation finds a sixth more of it, and no fewer right labels, than with 1."""
    dimensions: int = 128
    epochs: int = 6


@dataclass(frozen=True)
class Lines:
    """Training lines as the models see them, alike in length."""

    written: Sequence[str]
    texts: Sequence[str]
    """Text.features."""
    labels: Sequence[str]
    hits: Sequence[list[int]]

    def part(self, numbers: Sequence[int]) -> Lines:
        """The lines with these numbers."""
        return Lines(
            [self.written[i] for i in numbers], [self.texts[i] for i in numbers], [self.labels[i] for i in numbers], [self.hits[i] for i in numbers]
        )


def fit(
    lines: Sequence[tuple[str, str]], classes: Mapping[str, str], recipe: Recipe = Recipe(), progress: Say = lambda _: None,
    make_encoder: MakeEncoder | None = None, subwords: SentenceVectors | None = None,
) -> Classifier:
    """A classifier for (text, label) lines, its probabilities calibrated on a part of them that it had not seen."""
    found = lexicon.build(classes)
    known = prepare(lines, found)
    maker = make_encoder or own_encoder(recipe)
    sharpness = 1.0
    folds = _folds(known.labels, recipe.folds, recipe.seed)
    if folds:
        train, test = folds[0]
        progress(f"留出 {len(test)} 句校准把握，先用另外 {len(train)} 句训练 …")
        part = _fit_once(known.part(train), found, recipe, maker, subwords, progress)
        sharpness = _best_sharpness(*_held_out(part, known, test))
    progress(f"用全部 {len(known.texts)} 句训练 …")
    whole = _fit_once(known, found, recipe, maker, subwords, progress)
    return replace(whole, sharpness=sharpness)


def folds_fitted(
    lines: Sequence[tuple[str, str]], classes: Mapping[str, str], recipe: Recipe, folds: int = 5, progress: Say = lambda _: None
) -> Iterator[tuple[Classifier, list[int]]]:
    """For each fold a classifier and the numbers of the lines that it has not seen; calibrated together, on all of these."""
    found = lexicon.build(classes)
    known = prepare(lines, found)
    fitted = []
    parts = _folds(known.labels, folds, recipe.seed + 1)
    if not parts:
        alone = sorted({label for label in known.labels if known.labels.count(label) < 2})
        raise BadInput(f"{'、'.join(alone)} 只有一句，不能交叉验证：先多写几句")
    for number, (train, test) in enumerate(parts, 1):
        progress(f"第 {number}/{len(parts)} 折：{len(train)} 句训练，{len(test)} 句检验 …")
        fitted.append((_fit_once(known.part(train), found, recipe, own_encoder(recipe), None, progress), test))
    shares, truth = zip(*(_held_out(part, known, test) for part, test in fitted))
    sharpness = _best_sharpness(np.concatenate(shares), np.concatenate(truth))
    for part, test in fitted:
        yield replace(part, sharpness=sharpness), test


def prepare(lines: Sequence[tuple[str, str]], found: Lexicon) -> Lines:
    """The lines with what the models see of them."""
    texts = [normalise(text).features for text, _ in lines]
    return Lines([text for text, _ in lines], texts, [label for _, label in lines], [found.hits(text) for text in texts])


def own_encoder(recipe: Recipe, neighbouring: Sequence[tuple[str, str]] = ()) -> MakeEncoder:
    """The encoder that is trained from the lines, before that on neighbouring messages of a log (Text.features) when there are some."""
    wanted = EncoderRecipe(dimensions=recipe.dimensions, epochs=recipe.epochs, seed=recipe.seed)

    def make(texts: Sequence[str], labels: Sequence[str], units_of: Callable[[str], Rows], units: int, progress: Say) -> Encoder | None:
        pairs = [(units_of(one), units_of(other)) for one, other in neighbouring]
        return fit_encoder([units_of(text) for text in texts], labels, units, wanted, progress, pairs)

    return make


def _folds(labels: Sequence[str], folds: int, seed: int) -> list[tuple[list[int], list[int]]]:
    fewest = min(labels.count(label) for label in set(labels))
    if fewest < 2:
        return []  # A label with one line cannot be left out: tiny data in tests is not calibrated.
    splitter = StratifiedKFold(min(folds, fewest), shuffle=True, random_state=seed)
    return [(train.tolist(), test.tolist()) for train, test in splitter.split(labels, labels)]


def _held_out(part: Classifier, lines: Lines, test: Sequence[int]) -> tuple[Floats, NDArray[np.int64]]:
    """What the model makes of lines it has not seen, not calibrated, and the numbers of their labels."""
    return np.stack([part.mixed(lines.texts[i]) for i in test]), np.array([part.labels.index(lines.labels[i]) for i in test])


def _fit_once(lines: Lines, found: Lexicon, recipe: Recipe, make_encoder: MakeEncoder, subwords: SentenceVectors | None, progress: Say) -> Classifier:
    known = feature.vocabulary(lines.texts, recipe.min_count)
    grams = [feature.rows(text, known) for text in lines.texts]
    matrix = _matrix(grams, lines.hits, len(known), len(found.names), recipe.concept_weight)
    if subwords is not None:
        dense = np.stack([subwords.vector(text) for text in lines.texts]) * SUBWORD_WEIGHT
        matrix = sparse.hstack([matrix, sparse.csr_matrix(dense)], format="csr")
    families = [label.split(".", 1)[0] for label in lines.labels]
    label_names, label_weights = _one_vs_rest(matrix, lines.labels, recipe)
    family_names, family_weights = _one_vs_rest(matrix, families, recipe)
    weights = np.concatenate([label_weights, family_weights], axis=1).astype(np.float32)
    numbers = np.array([label_names.index(label) for label in lines.labels])
    exact = {feature.bare(text): int(number) for text, number in zip(lines.texts, numbers) if feature.bare(text)}
    linear = Classifier(
        label_names, family_names, known, found, weights, 1.0, recipe.family_weight, recipe.concept_weight, exact, recipe.exact_share,
        recipe.vote, recipe.nonsense, subwords=subwords,
    )
    if recipe.vote == 0:
        return linear
    encoder = make_encoder(lines.texts, lines.labels, linear.units_of, len(known) + len(found.names), progress)
    if encoder is None:
        return linear
    vectors = encoder.matrix(lines.texts, [linear.units(row, hits) for row, hits in zip(grams, lines.hits)])
    return replace(
        linear, encoder=encoder, neighbours=gather(vectors, lines.written, numbers, len(label_names), recipe.neighbours, recipe.heat)
    )


def _matrix(grams: Sequence[list[int]], hits: Sequence[list[int]], known: int, concepts: int, weight: float) -> sparse.csr_matrix:
    pointers, columns, values = [0], [], []
    for row, found in zip(grams, hits):
        columns += row + [known + number for number in found]
        values += [max(len(row), 1) ** -0.5] * len(row) + [weight] * len(found)
        pointers.append(len(columns))
    return sparse.csr_matrix((values, columns, pointers), shape=(len(grams), known + concepts), dtype=np.float64)


def _one_vs_rest(matrix: sparse.csr_matrix, labels: Sequence[str], recipe: Recipe) -> tuple[tuple[str, ...], Floats]:
    # The dual form is half again as fast where there are more grams than lines; the weights differ in the second decimal.
    model = LogisticRegression(solver="liblinear", multi_class="ovr", C=recipe.c, dual=True, tol=1e-2, max_iter=1000, random_state=recipe.seed)
    model.fit(matrix, labels)
    weights = np.vstack([model.coef_.T, model.intercept_])
    if weights.shape[1] == 1:  # With two classes scikit-learn keeps the second one's weights only.
        weights = np.hstack([-weights, weights])
    return tuple(str(name) for name in model.classes_), weights


def _best_sharpness(shares: Floats, truth: NDArray[np.int64]) -> float:
    """The exponent that makes the shares of lines held out most likely."""
    logs = np.log(np.maximum(shares, 1e-12))
    rows = np.arange(len(truth))

    def loss(beta: float) -> float:
        scaled = logs * beta
        return float(np.mean(np.log(np.exp(scaled).sum(axis=1)) - scaled[rows, truth]))

    return min((float(beta) for beta in np.linspace(0.1, 3.0, 117)), key=loss)
