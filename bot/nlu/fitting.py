"""Fitting the classifier: liblinear one-vs-rest for labels and families, temperature out of fold. Deterministic.

Needs scikit-learn; the run time does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from bot.nlu import features as feature
from bot.nlu import lexicon
from bot.nlu.classifier import Classifier, Floats
from bot.nlu.lexicon import Lexicon
from bot.nlu.text import normalise


@dataclass(frozen=True)
class Recipe:
    """What can be set in config.yml; the values were chosen by cross-validation on the training lines."""

    c: float = 20.0
    min_count: int = 2
    concept_weight: float = 0.2
    family_weight: float = 0.5
    exact_share: float = 0.8
    folds: int = 3
    seed: int = 11


def fit(
    lines: Sequence[tuple[str, str]], classes: Mapping[str, str], recipe: Recipe = Recipe(), progress: Callable[[str], None] = lambda _: None
) -> Classifier:
    """A classifier for (text, label) lines, its probabilities calibrated on lines that it had not seen."""
    texts = [normalise(text).features for text, _ in lines]
    labels = [label for _, label in lines]
    found = lexicon.build(classes)
    hits = [found.hits(text) for text in texts]
    logits: list[Floats] = []
    truth: list[int] = []
    for number, (train, test) in enumerate(_folds(labels, recipe)):
        part = _fit_once([texts[i] for i in train], [labels[i] for i in train], [hits[i] for i in train], found, recipe)
        logits.append(np.stack([part._scores(texts[i]) for i in test]))
        truth.extend(part.labels.index(labels[i]) for i in test)
        progress(f"校准把握：第 {number + 1}/{recipe.folds} 份")
    sharpness = _best_sharpness(np.concatenate(logits), np.array(truth)) if logits else 1.0
    whole = _fit_once(texts, labels, hits, found, recipe)
    exact = {feature.bare(text): whole.labels.index(label) for text, label in zip(texts, labels) if feature.bare(text)}
    return replace(whole, sharpness=sharpness, exact=exact)


def folds_fitted(
    lines: Sequence[tuple[str, str]], classes: Mapping[str, str], recipe: Recipe, folds: int = 5
) -> Iterator[tuple[Classifier, list[int]]]:
    """For each fold a classifier, calibrated as in `fit`, and the numbers of the lines that it has not seen."""
    labels = [label for _, label in lines]
    for train, test in StratifiedKFold(folds, shuffle=True, random_state=recipe.seed + 1).split(lines, labels):
        yield fit([lines[i] for i in train], classes, recipe), [int(i) for i in test]


def _folds(labels: Sequence[str], recipe: Recipe) -> list[tuple[Sequence[int], Sequence[int]]]:
    fewest = min(labels.count(label) for label in set(labels))
    if fewest < 2:
        return []  # A label with one line cannot be left out: tiny data in tests is not calibrated.
    splitter = StratifiedKFold(min(recipe.folds, fewest), shuffle=True, random_state=recipe.seed)
    return list(splitter.split(labels, labels))


def _fit_once(texts: Sequence[str], labels: Sequence[str], hits: Sequence[list[int]], found: Lexicon, recipe: Recipe) -> Classifier:
    known = feature.vocabulary(texts, recipe.min_count)
    matrix = _matrix([feature.rows(text, known) for text in texts], hits, len(known), len(found.names), recipe.concept_weight)
    families = [label.split(".", 1)[0] for label in labels]
    label_names, label_weights = _one_vs_rest(matrix, labels, recipe)
    family_names, family_weights = _one_vs_rest(matrix, families, recipe)
    weights = np.concatenate([label_weights, family_weights], axis=1).astype(np.float32)
    return Classifier(label_names, family_names, known, found, weights, 1.0, recipe.family_weight, recipe.concept_weight, {}, recipe.exact_share)


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


def _best_sharpness(logits: Floats, truth: NDArray[np.int64]) -> float:
    """The exponent that makes the out-of-fold probabilities most likely."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    rows = np.arange(len(truth))

    def loss(beta: float) -> float:
        scaled = shifted * beta
        return float(np.mean(np.log(np.exp(scaled).sum(axis=1)) - scaled[rows, truth]))

    return min((float(beta) for beta in np.linspace(0.1, 2.0, 96)), key=loss)
