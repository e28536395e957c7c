"""The own test sets are what they were, fit the taxonomy, and are no training lines. README.md tells how to change them."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import pytest

from bot import taxonomy, training_data
from bot.nlu.features import bare
from bot.nlu.text import normalise
from bot.quality.cases import NEVER_FLIP, SETS, Case, own_sets, read_cases

FOLDER = Path(__file__).parent
DATA = FOLDER.parents[1] / "data"
LONG = 12
"""Characters from which on a message is nobody else's by chance."""


def key(text: str) -> str:
    features = normalise(text).features
    return bare(features) or features


@pytest.fixture(scope="module")
def cases() -> dict[str, list[Case]]:
    return {name: read_cases(FOLDER / f"{name}.jsonl") for name in (*SETS, NEVER_FLIP)}


def test_the_sets_are_as_they_were_frozen() -> None:
    frozen = dict(reversed(line.split()) for line in (FOLDER / "FROZEN").read_text(encoding="utf-8").splitlines())
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FOLDER.glob("*.jsonl")}
    assert found == frozen, "a frozen test set was changed: see README.md"
    assert set(found) == {f"{name}.jsonl" for name in (*SETS, NEVER_FLIP)}


def test_every_label_is_in_the_taxonomy_and_no_line_is_left_out() -> None:
    found = own_sets(FOLDER, taxonomy.load(DATA).labels)
    assert (found.missing, found.unknown) == ((), {})
    known = set(taxonomy.load(DATA).labels)
    assert {label for rows in found.sets.values() for case in rows for label in case.also} <= known


def test_no_message_stands_twice_in_a_set(cases: dict[str, list[Case]]) -> None:
    for rows in cases.values():
        assert len({case.text for case in rows}) == len(rows)


@pytest.mark.parametrize("name", SETS)
def test_long_messages_are_hardly_ever_training_lines_too(cases: dict[str, list[Case]], name: str) -> None:
    trained = {key(sentence.text) for sentence in training_data.read(DATA)}
    shared = [case.text for case in cases[name] if key(case.text) in trained and len(case.text) >= LONG]
    # Two people may well write 我的快递到哪了 of their own accord, hardly ever twelve characters alike: more than a few were copied.
    assert len(shared) <= len(cases[name]) // 100, shared


def test_each_border_is_tried_from_both_sides(cases: dict[str, list[Case]]) -> None:
    sides: dict[str, set[str]] = {}
    counts: Counter[str] = Counter()
    for case in cases["borders"]:
        border = " | ".join(sorted(case.border.split(" | ")))
        sides.setdefault(border, set()).add(case.label)
        counts[border] += 1
    # A message with two matters may name a border of its own.
    assert [border for border, count in counts.items() if count >= 10 and not set(border.split(" | ")) <= sides[border]] == []
