"""Sentences from vectors of words: what is rare counts more, what all share is taken away, unknown words count by their pieces."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import jieba
import numpy as np
import pytest

from bot.nlu.subwords import SubwordVectors, cutter

WORDS = ("快递", "发票", "的")


def some(common: tuple[float, ...] = (0, 0, 0, 0)) -> SubwordVectors:
    """Three words in four dimensions, each on an axis of its own; pieces of unknown words point along the fourth."""
    vectors = np.eye(3, 4, dtype=np.float16) * np.array([[1], [1], [0.1]], np.float16)
    pieces = np.tile(np.array([0, 0, 0, 2], np.float16), (50, 1))
    return SubwordVectors(WORDS, np.array([4000, 900, 300_000]), 60_000_000, vectors, pieces, np.array(common, np.float32))


def test_a_sentence_is_the_direction_of_its_words() -> None:
    assert some().vector("快递") == pytest.approx([1, 0, 0, 0])
    assert some().vector("快递 发票") == pytest.approx([0.5**0.5, 0.5**0.5, 0, 0])
    assert some().vector("快递的")[2] == pytest.approx(0.1 / 1.01**0.5, rel=1e-3)


def test_an_unknown_word_counts_by_its_pieces_at_full_weight() -> None:
    assert some().vector("快递usb") == pytest.approx([0.5**0.5, 0, 0, 0.5**0.5])


def test_what_all_sentences_share_is_taken_away() -> None:
    assert some((1, 0, 0, 0)).vector("快递 发票") == pytest.approx([0, 1, 0, 0])
    assert not some((1, 0, 0, 0)).vector("快递").any()


@pytest.mark.parametrize("text", ["", " "])
def test_nothing_has_no_vector(text: str) -> None:
    vector = some().vector(text)
    assert vector.shape == (4,) and vector.dtype == np.float32 and not vector.any()
    assert some().matrix([]).shape == (0, 4)


def test_it_comes_back_from_a_file_as_it_was(tmp_path: Path) -> None:
    before = some((0, 0, 1, 0))
    np.savez_compressed(tmp_path / "x.npz", other=np.zeros(3), **before.to_arrays())
    with np.load(tmp_path / "x.npz", allow_pickle=False) as arrays:
        after = SubwordVectors.from_arrays(arrays)
    assert after is not None and (after.words, after.total, after.dimensions) == (WORDS, 60_000_000, 4)
    texts = ["快递的", "发票usb", "的"]
    assert np.array_equal(after.matrix(texts), before.matrix(texts))
    assert SubwordVectors.from_arrays({"weights": np.zeros(3)}) is None


def test_a_cutter_that_knows_few_words_cuts_them_as_jieba_does() -> None:
    text = "我上个月买的蓝牙键盘怎么还没发货啊,发票也没开"
    words = jieba.lcut(text)
    small = cutter({word: jieba.get_FREQ(word) or 0 for word in words}, jieba.dt.total)
    assert small.lcut(text) == words
    assert cutter({}, 0).lcut("ok, 好") == ["ok", ",", " ", "好"]


def test_jieba_is_loaded_only_where_there_are_word_vectors_and_says_nothing() -> None:
    script = (
        "import sys; from bot.nlu import classifier, subwords; import numpy as np; assert 'jieba' not in sys.modules;"
        "x = subwords.SubwordVectors(('好',), np.array([9]), 99, np.ones((1, 2), 'f2'), np.ones((3, 2), 'f2'), np.zeros(2, 'f4'));"
        "x.vector('好的'); assert 'jieba' in sys.modules and not {'gensim', 'torch'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
