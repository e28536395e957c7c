"""Pairs for the encoder, and what it learns from a few lines."""

from __future__ import annotations

import numpy as np

from bot.nlu.encoder_training import EncoderRecipe, fit_encoder, pair_up

LABELS = ["a", "a", "a", "b", "b", "b", "b", "c"]
RECIPE = EncoderRecipe(dimensions=8, epochs=40)
# Units 0-2 are written by "a", 3-5 by "b"; 6 by both.
ROWS = [[0, 1], [1, 2], [0, 2, 6], [3, 4], [4, 5], [3, 5, 6]]
SIDES = ["a", "a", "a", "b", "b", "b"]


def test_each_run_of_pairs_has_one_pair_of_every_label() -> None:
    ones, others = pair_up(LABELS, RECIPE)
    assert len(ones) == len(others) == 3 * round(40 * 8 / 2 / 3)
    for start in range(0, len(ones), 3):
        assert [LABELS[n] for n in ones[start : start + 3]] == ["a", "b", "c"]
    assert all(LABELS[one] == LABELS[other] for one, other in zip(ones, others))


def test_a_line_is_its_own_partner_only_when_it_is_alone() -> None:
    pairs = list(zip(*pair_up(LABELS, RECIPE)))
    assert {one for one, other in pairs if one == other} == {7}
    assert {n for pair in pairs for n in pair} == set(range(8))


def test_lines_of_a_label_come_to_lie_together_and_apart_from_others() -> None:
    encoder = fit_encoder(ROWS, SIDES, 7, RECIPE)
    assert encoder is not None
    near = encoder.matrix([""] * 6, ROWS) @ encoder.matrix([""] * 6, ROWS).T
    assert near[:3, :3].min() > near[:3, 3:].max()


def test_the_same_lines_give_the_same_vectors_and_a_log_gives_others() -> None:
    one, other = fit_encoder(ROWS, SIDES, 7, RECIPE), fit_encoder(ROWS, SIDES, 7, RECIPE)
    assert one is not None and other is not None
    assert np.array_equal(one.vectors, other.vectors)
    told = fit_encoder(ROWS, SIDES, 7, RECIPE, neighbouring=[([0], [3]), ([1], [4])] * 600)
    assert told is not None
    assert not np.array_equal(told.vectors, one.vectors)


def test_one_label_teaches_nothing() -> None:
    assert fit_encoder([[0], [1]], ["a", "a"], 2, RECIPE) is None
