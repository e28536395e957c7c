"""Everything an evaluation found, set by set, ready to be printed or drawn. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.model import Understanding
from bot.quality import tables
from bot.quality.cases import Case
from bot.quality.figures import Measured, Rules, measure
from bot.quality.tables import Bin, BorderRow, Confusion, LabelRow, Wrong
from bot.taxonomy import Taxonomy


@dataclass(frozen=True)
class View:
    """One model's side of a set."""

    labels: tuple[LabelRow, ...]
    reliability: tuple[Bin, ...]
    coverage: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class SetResult:
    """One set: its title, what it is, its figures and what lies behind them."""

    title: str
    about: str
    measured: Measured
    new: View
    live: View | None
    confusions: tuple[Confusion, ...]
    borders: tuple[BorderRow, ...]


@dataclass(frozen=True)
class ModelFacts:
    """A model's name and what is noted about it."""

    name: str
    noted: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Evaluation:
    """All sets of one run. `turned`: sentences that must never flip and are wrong, with the live model's label (empty: there is none)."""

    at: str
    model: ModelFacts
    live: ModelFacts | None
    sets: tuple[SetResult, ...]
    never_flip: int = 0
    turned: tuple[tuple[Wrong, str], ...] = ()
    remarks: tuple[str, ...] = ()


def of_set(
    title: str, about: str, cases: Sequence[Case], new: Sequence[Understanding], live: Sequence[Understanding] | None, rules: Rules, labels: Taxonomy
) -> SetResult:
    """All of one set."""
    return SetResult(
        title, about, measure(cases, new, live, rules), view(cases, new, labels), view(cases, live, labels) if live is not None else None,
        tuple(tables.confusions(cases, new)), tuple(tables.borders(cases, new)),
    )


def view(cases: Sequence[Case], understood: Sequence[Understanding], labels: Taxonomy) -> View:
    """One model's side."""
    return View(
        tuple(tables.per_label(cases, understood, labels.labels)), tuple(tables.reliability(cases, understood)),
        tuple(tables.coverage(cases, understood)),
    )


def turned(cases: Sequence[Case], new: Sequence[Understanding], live: Sequence[Understanding] | None) -> tuple[tuple[Wrong, str], ...]:
    """The sentences that the new model has wrong, and what the live one says of each."""
    before = {case.text: one.label for case, one in zip(cases, live)} if live is not None else {}
    return tuple((row, before.get(row.text, "")) for row in tables.wrong(cases, new))
