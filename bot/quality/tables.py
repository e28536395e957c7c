"""What lies behind the figures: labels, confusions with their lines, borders, reliability, coverage. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from bot.model import Understanding
from bot.quality.cases import Case
from bot.quality.figures import confidences, rights
from bot.quality.intervals import bin_of

COVERAGES = tuple(range(50, 101, 5))


@dataclass(frozen=True)
class LabelRow:
    """How a label fares: lines with it, of them found; lines said to be it, of them right (accepted ones too)."""

    label: str
    cases: int
    found: int
    said: int
    said_right: int

    @property
    def recall(self) -> float | None:
        """Share of its lines that got a right label."""
        return self.found / self.cases if self.cases else None

    @property
    def precision(self) -> float | None:
        """Share of right ones among the lines that got this label."""
        return self.said_right / self.said if self.said else None


@dataclass(frozen=True)
class Wrong:
    """A line that got a wrong label."""

    text: str
    expected: str
    also: tuple[str, ...]
    said: str
    confidence: float


@dataclass(frozen=True)
class Confusion:
    """Lines of one label that were taken for another, surest first."""

    expected: str
    said: str
    lines: tuple[Wrong, ...]


@dataclass(frozen=True)
class BorderRow:
    """Lines at one border of two labels."""

    border: str
    cases: int
    right: int
    wrong: tuple[Wrong, ...]


@dataclass(frozen=True)
class Bin:
    """Lines of like confidence: how sure on average, how often right."""

    cases: int
    confidence: float
    right: float


def per_label(cases: Sequence[Case], understood: Sequence[Understanding], labels: Iterable[str]) -> list[LabelRow]:
    """A row per label that occurs, in the taxonomy's order."""
    pairs = list(zip(cases, understood, strict=True))
    rows = []
    for label in labels:
        of = [(case, one) for case, one in pairs if case.label == label]
        said = [(case, one) for case, one in pairs if one.label == label]
        if of or said:
            rows.append(LabelRow(label, len(of), sum(c.accepts(o.label) for c, o in of), len(said), sum(c.accepts(o.label) for c, o in said)))
    return rows


def confusions(cases: Sequence[Case], understood: Sequence[Understanding]) -> list[Confusion]:
    """Every pair of expected and said label, most frequent first."""
    found: defaultdict[tuple[str, str], list[Wrong]] = defaultdict(list)
    for row in wrong(cases, understood):
        found[row.expected, row.said].append(row)
    made = [Confusion(one, other, tuple(sorted(rows, key=lambda row: -row.confidence))) for (one, other), rows in found.items()]
    return sorted(made, key=lambda confusion: (-len(confusion.lines), confusion.expected, confusion.said))


def borders(cases: Sequence[Case], understood: Sequence[Understanding]) -> list[BorderRow]:
    """A row per border, the one with most wrong lines first; empty when no line names one."""
    by_border: defaultdict[str, list[tuple[Case, Understanding]]] = defaultdict(list)
    for case, one in zip(cases, understood, strict=True):
        if case.border:
            by_border[" | ".join(sorted(side.strip() for side in case.border.split("|")))].append((case, one))
    rows = []
    for border, pairs in by_border.items():
        lines = tuple(wrong([case for case, _ in pairs], [one for _, one in pairs]))
        rows.append(BorderRow(border, len(pairs), len(pairs) - len(lines), lines))
    return sorted(rows, key=lambda row: (row.right - row.cases, row.border))


def wrong(cases: Sequence[Case], understood: Sequence[Understanding]) -> list[Wrong]:
    """The lines that got neither their label nor an accepted one, in order."""
    return [
        Wrong(case.text, case.label, case.also, one.label, one.confidence)
        for case, one in zip(cases, understood, strict=True)
        if not case.accepts(one.label)
    ]


def reliability(cases: Sequence[Case], understood: Sequence[Understanding], bins: int = 10) -> list[Bin]:
    """The bins of confidence that hold lines, lowest first."""
    sure, right = confidences(understood), rights(cases, understood)
    where = bin_of(sure, bins)
    held = [where == number for number in range(bins)]
    return [Bin(int(mask.sum()), float(sure[mask].mean()), float(right[mask].mean())) for mask in held if mask.any()]


def coverage(cases: Sequence[Case], understood: Sequence[Understanding]) -> list[tuple[int, float]]:
    """(per cent of the lines, the surest first; share of right labels among them)."""
    right = rights(cases, understood)[np.argsort(-confidences(understood), kind="stable")]
    return [(percent, float(right[: max(1, round(len(right) * percent / 100))].mean())) for percent in COVERAGES]
