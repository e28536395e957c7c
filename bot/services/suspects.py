"""Lines whose label looks wrong to models that have not seen them, found by cleanlab; and the borders where these models err most.

Cross-validation with the linear part of the classifier alone: a minute instead of ten, and it is the labels that are on trial, not the model.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.nlu.text import normalise
from bot.services.hygiene import PAIRS_WANTED, Remark, pair_counts
from bot.taxonomy import Taxonomy
from bot.training_data import CONTRAST, Sentence

SUSPECT, CONFUSED = "标签可疑的句子", "总被弄混、对照句又不够的标签"
FOLDS = 5
CONFUSIONS = 20
"""The most confused pairs of labels that are looked at."""
FEWEST_CONFUSIONS = 5


@dataclass(frozen=True)
class Judged:
    """What models that had not seen them make of the lines: one row of probabilities a line, a column per label."""

    labels: tuple[str, ...]
    chances: NDArray[np.float64]

    def given(self, sentences: Sequence[Sentence]) -> NDArray[np.int64]:
        """The numbers of the labels that the lines were given."""
        number = {label: n for n, label in enumerate(self.labels)}
        return np.array([number[s.label] for s in sentences])


def cross_validated(sentences: Sequence[Sentence], classes: Mapping[str, str], say: Callable[[str], None]) -> Judged:
    """Every line judged by a linear model of the other four fifths."""
    from bot.nlu import fitting  # scikit-learn takes seconds to load, which the quick checks need not wait for

    lines = [(s.text, s.label) for s in sentences]
    labels = tuple(sorted({s.label for s in sentences}))
    chances = np.zeros((len(lines), len(labels)))
    for model, test in fitting.folds_fitted(lines, classes, fitting.Recipe(vote=0.0), FOLDS, say):
        columns = [labels.index(label) for label in model.labels]
        for number in test:
            chances[number, columns] = model.probabilities(normalise(lines[number][0]).features)
    return Judged(labels, chances / chances.sum(axis=1, keepdims=True))


def suspects(sentences: Sequence[Sentence], judged: Judged, taxonomy: Taxonomy) -> list[Remark]:
    """Lines that cleanlab holds for mislabelled, the most suspicious first."""
    logging.getLogger("datasets").setLevel(logging.ERROR)
    from cleanlab.filter import find_label_issues  # type: ignore[import-untyped]

    given = judged.given(sentences)
    # Both of cleanlab's pruning rules must name a line: it is a list to be read by people, so rather too short.
    worst = find_label_issues(given, judged.chances, filter_by="both", return_indices_ranked_by="normalized_margin", n_jobs=1)
    found = []
    for number in worst:
        sentence, row = sentences[number], judged.chances[number]
        other = judged.labels[int(row.argmax())]
        if other == sentence.label:
            continue
        where = f"移到 {other} 下面" if not sentence.path.endswith(f"{CONTRAST}.yml") else "换到对的一边"
        says = (
            f"{sentence.path}:{sentence.line}: “{sentence.text}”标成 {sentence.label}（{taxonomy.zh(sentence.label)}），看起来像 {other}"
            f"（{taxonomy.zh(other)}，{row.max():.0%}；原标签 {row[given[number]]:.0%}）：看错了就{where}；没错就多写几句同样意思的；两可就删掉"
        )
        found.append(Remark(SUSPECT, says, float(row.max() - row[given[number]])))
    return found


def confusions(sentences: Sequence[Sentence], contrast: Sequence[Sentence], judged: Judged) -> list[Remark]:
    """The pairs of labels that are confused most and have too few contrast pairs, worst first."""
    given, said = judged.given(sentences), judged.chances.argmax(axis=1)
    wrong = Counter(frozenset((judged.labels[g], judged.labels[s])) for g, s in zip(given, said) if g != s)
    there = pair_counts(contrast)
    found = []
    for pair, count in wrong.most_common(CONFUSIONS):
        if count >= FEWEST_CONFUSIONS and there[pair] < PAIRS_WANTED:
            one, other = sorted(pair)
            says = f"data/nlu/{CONTRAST}.yml: {one} 和 {other} 弄混 {count} 句，对照句 {there[pair]} 组：看看边界说清了没有，补到 {PAIRS_WANTED} 组"
            found.append(Remark(CONFUSED, says, count))
    return found
