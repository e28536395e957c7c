"""What makes training lines worse without being wrong: near duplicates, few lines, words nobody says, borders without pairs. Pure.

Each remark is one Chinese sentence with its place and a way out. Errors, which keep a model from being trained, are in bot/training_data.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process

from bot.nlu import lexicon as words_file
from bot.nlu.features import bare
from bot.nlu.lexicon import Lexicon
from bot.nlu.text import normalise
from bot.taxonomy import OUT_OF_SCOPE, Taxonomy
from bot.training_data import CONTRAST, Border, Sentence

TWO_LABELS, NEAR, FEW, PAIRS, UNUSED = "几乎一样、标签却不同的句子", "几乎一样的句子", "句子偏少的标签", "缺对照句的边界", "没有一句话用到的词"
KINDS = (TWO_LABELS, NEAR, FEW, PAIRS, UNUSED)

ALIKE = 0.86
"""Share of characters that two lines have in common, in order (Indel ratio). By reading: from here on most pairs say the same."""
SHORTEST = 6
"""Characters. Two short lines are alike by their form: 怎么退货 and 怎么换货 have three of four in common."""
BLOCK = 512
LINES_WANTED, CLAIM_LINES_WANTED, OUT_OF_SCOPE_WANTED = 120, 250, 800
PAIRS_WANTED = 5


@dataclass(frozen=True)
class Remark:
    """One thing worth mending, under the heading of its kind; the heaviest first."""

    kind: str
    says: str
    weight: float = 0.0


def remarks(
    sentences: Sequence[Sentence], contrast: Sequence[Sentence], borders: Sequence[Border], taxonomy: Taxonomy, lexicon: Lexicon,
    word_lines: Mapping[str, int], nlu_dir: Path,
) -> list[Remark]:
    """All remarks that need no model, kind by kind, worst first; `word_lines` are the lines of the classes in words.yml."""
    texts = [normalise(s.text).features for s in (*sentences, *contrast)]
    found = [
        *near((*sentences, *contrast), texts), *few((*sentences, *contrast), taxonomy, nlu_dir), *without_pairs(borders, contrast),
        *unused_words(lexicon, texts, word_lines, nlu_dir / "words.yml"),
    ]
    return sorted(found, key=lambda remark: (KINDS.index(remark.kind), -remark.weight))


def near(sentences: Sequence[Sentence], texts: Sequence[str]) -> list[Remark]:
    """Lines that hardly differ; `texts` are their Text.features. Exact repetitions are errors and not named here, nor are contrast pairs."""
    forms = [bare(text) for text in texts]
    found = []
    for share, one, other in alike(forms):
        first, second = sorted((sentences[one], sentences[other]), key=lambda s: (s.path, s.line))
        if first.label == second.label:
            says = (
                f"{second.path}:{second.line}: “{second.text}”和 {first.path}:{first.line} 的“{first.text}”几乎一样（{first.label}），"
                "学不到新东西：删掉一句，或换成另一种情形"
            )
            found.append(Remark(NEAR, says, share))
        elif Path(first.path).stem != CONTRAST and Path(second.path).stem != CONTRAST:
            says = (
                f"{second.path}:{second.line}: “{second.text}”（{second.label}）和 {first.path}:{first.line} 的“{first.text}”（{first.label}）几乎一样："
                f"标签错了就改；两句都对就写成一组对照句，移到 {CONTRAST}.yml"
            )
            found.append(Remark(TWO_LABELS, says, share))
    return found


def alike(forms: Sequence[str]) -> Iterator[tuple[float, int, int]]:
    """Pairs of texts that are alike, as (share, number, number); equal texts are left out."""
    order = [n for n in sorted(range(len(forms)), key=lambda n: len(forms[n])) if len(forms[n]) >= SHORTEST]
    ordered = [forms[n] for n in order]
    lengths = np.array([len(form) for form in ordered])
    for start in range(0, len(ordered), BLOCK):
        block = ordered[start : start + BLOCK]
        # A longer one has at most 2 * short / (short + long) in common.
        end = int(np.searchsorted(lengths, len(block[-1]) * (2 - ALIKE) / ALIKE, side="right"))
        shares = process.cdist(block, ordered[start:end], scorer=fuzz.ratio, score_cutoff=100 * ALIKE, dtype=np.float32)
        for row, column in zip(*np.nonzero(shares)):
            if column > row and block[row] != ordered[start + column]:
                yield float(shares[row, column]) / 100, order[start + row], order[start + column]


def few(sentences: Sequence[Sentence], taxonomy: Taxonomy, nlu_dir: Path) -> list[Remark]:
    """Labels with fewer lines than the shipped ones should have; a new label may well begin with thirty."""
    counts = Counter(sentence.label for sentence in sentences)
    found = []
    for label in taxonomy.labels.values():
        wanted = OUT_OF_SCOPE_WANTED if label.name == OUT_OF_SCOPE else CLAIM_LINES_WANTED if label.is_claim else LINES_WANTED
        if counts[label.name] < wanted:
            says = f"{nlu_dir / label.family}.yml: {label.name}（{label.zh}）有 {counts[label.name]} 句，最好有 {wanted} 句：补上还没有过的说法和情形"
            found.append(Remark(FEW, says, 1 - counts[label.name] / wanted))
    return found


def without_pairs(borders: Sequence[Border], contrast: Sequence[Sentence]) -> list[Remark]:
    """Borders with fewer contrast pairs than wanted."""
    there = pair_counts(contrast)
    return [
        Remark(
            PAIRS, f"{b.path}:{b.line}: {b.one} 和 {b.other} 之间有 {there[b.pair]} 组对照句，至少要 {PAIRS_WANTED} 组：在 {CONTRAST}: 下面补上",
            PAIRS_WANTED - there[b.pair],
        )
        for b in borders
        if there[b.pair] < PAIRS_WANTED
    ]


def pair_counts(contrast: Sequence[Sentence]) -> Counter[frozenset[str]]:
    """How many contrast pairs stand between two labels; `contrast` is as `read_contrast` gives it, two lines a pair."""
    return Counter(frozenset((one.label, other.label)) for one, other in zip(contrast[::2], contrast[1::2]))


def unused_words(lexicon: Lexicon, texts: Sequence[str], word_lines: Mapping[str, int], path: Path) -> list[Remark]:
    """Classes of words.yml, or words of them, that no training line holds: they teach nothing."""
    found = []
    for name, pieces in words_file.unused(lexicon, texts).items():
        place = f"{path}:{word_lines.get(name, 1)}"
        if len(pieces) == words_file.size(lexicon, name):
            found.append(Remark(UNUSED, f"{place}: 词类 {name} 没有一句训练句子碰到，等于没有：写几句用到它的话，或删掉这一行", 1000.0))
        else:
            says = f"{place}: 词类 {name} 里没有一句话用到：{' '.join(pieces)}。检查有没有写错；顾客会说就写几句用到它的话，不会说就删掉"
            found.append(Remark(UNUSED, says, len(pieces)))
    return found
