"""The neighbours' vote on vectors small enough to see."""

from __future__ import annotations

import numpy as np
import pytest

from bot.nlu.neighbours import UnitEncoder, gather, rounded

EAST, NORTH, BETWEEN = [1.0, 0.0], [0.0, 1.0], [0.8, 0.6]
VECTORS = np.array([EAST, NORTH, BETWEEN, EAST], np.float32)
"""Of four lines with the labels 0, 1, 1, 0."""
LINES = gather(VECTORS, ["east", "north", "between", "east again"], np.array([0, 1, 1, 0]), label_count=3, count=2, heat=5.0)


def test_lines_are_kept_by_label_and_in_their_order() -> None:
    assert LINES.texts == ("east", "east again", "north", "between")
    assert LINES.starts.tolist() == [0, 2, 4, 4]


def test_the_nearest_lines_vote_for_their_labels() -> None:
    votes = LINES.votes(np.array(EAST, np.float32), [0, 1, 2])
    assert votes.tolist() == pytest.approx([1, 0, 0])
    near_both = LINES.votes(np.array(BETWEEN, np.float32), [0, 1])
    assert near_both[1] == pytest.approx(np.exp(5 * 1.0) / (np.exp(5 * 1.0) + np.exp(5 * 0.8)), abs=1e-3)


def test_only_candidates_lines_vote() -> None:
    assert LINES.votes(np.array(EAST, np.float32), [1]).tolist() == pytest.approx([0, 1, 0])


def test_who_has_nothing_to_go_by_gets_no_vote() -> None:
    nothing = np.zeros(2, np.float32)
    assert not LINES.votes(nothing, [0, 1]).any()
    assert LINES.nearest(nothing, 2) == []
    assert not LINES.votes(np.array(EAST, np.float32), [2]).any(), "a label without lines"


def test_the_nearest_lines_are_named_best_first() -> None:
    near = LINES.nearest(np.array(BETWEEN, np.float32), 2)
    assert [(text, label) for text, label, _ in near] == [("between", 1), ("east", 0)]
    assert near[0][2] == pytest.approx(1.0, abs=1e-3)


def test_a_sentences_vector_is_the_direction_of_its_units_sum() -> None:
    encoder = UnitEncoder(np.array([[2.0, 0.0], [0.0, 2.0]], np.float32))
    assert encoder.vector("", [0, 1]).tolist() == pytest.approx([0.5**0.5, 0.5**0.5])
    assert not encoder.vector("", []).any()
    assert encoder.matrix(["", ""], [[0], [1]]).tolist() == [[1, 0], [0, 1]]


def test_rounding_is_what_the_file_keeps() -> None:
    values = np.array([0.1, 1 / 3], np.float32)
    assert np.array_equal(rounded(values), rounded(rounded(values)))
    assert np.array_equal(rounded(values).astype(np.float16).astype(np.float32), rounded(values))
