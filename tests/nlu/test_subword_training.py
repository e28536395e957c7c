"""Word vectors from chats: the same twice, alike for words used alike, without what one customer alone said."""

from __future__ import annotations

import random
import sys

import numpy as np
import pytest
from gensim.models.fasttext import ft_ngram_hashes

from bot.nlu.logs import ChatLog
from bot.nlu.subword_training import SubwordRecipe, _no_false_alarms, fit_subwords, looks_like_a_name
from bot.nlu.subwords import SubwordVectors, buckets

SMALL = SubwordRecipe(dimensions=16, epochs=12, buckets=500)
SECRET = "绿野仙踪"


def a_log() -> ChatLog:
    """Talks about parcels and talks about invoices, in changing words; one customer says a word again and again; a name is told in eight talks."""
    chance = random.Random(3)
    matters = [
        (["快递", "包裹", "物流"], ["到", "送", "在"], ["哪里", "路上", "驿站"]),
        (["发票", "抬头", "税号"], ["开", "改", "写"], ["公司", "单位", "电子"]),
    ]
    lines: dict[str, int] = {}
    talks = []
    for number in range(400):
        subject, verb, rest = matters[number % 2]
        said = ["".join((chance.choice(subject), chance.choice(verb), chance.choice(rest), chance.choice("了吗呢啊"))) for _ in range(5)]
        if number == 7:
            said += [f"{SECRET}坏了", f"{SECRET}不转", f"我的{SECRET}"]
        if number % 50 == 0:
            said.append(f"张建国说{subject[0]}")
        talks.append(tuple(lines.setdefault(line, len(lines)) for line in said))
    return ChatLog(tuple(lines), tuple(talks))


@pytest.fixture(scope="module")
def learnt() -> SubwordVectors:
    found = fit_subwords(a_log(), SMALL)
    assert found is not None
    return found


def test_the_same_log_gives_the_same_vectors(learnt: SubwordVectors) -> None:
    again = fit_subwords(a_log(), SMALL)
    assert again is not None
    for name, array in learnt.to_arrays().items():
        assert np.array_equal(array, again.to_arrays()[name]), name


def test_what_is_said_of_the_same_matter_is_near(learnt: SubwordVectors) -> None:
    parcel, other_parcel, invoice = (learnt.vector(text) for text in ("快递到哪里", "包裹在路上", "发票写单位"))
    assert parcel @ other_parcel > parcel @ invoice + 0.3


def test_words_of_one_conversation_and_rare_names_stay_out(learnt: SubwordVectors) -> None:
    assert "快递" in learnt.words
    assert not [word for word in learnt.words if word in (SECRET, "绿野", "仙踪", "张建国", "建国")]
    assert fit_subwords(a_log(), SubwordRecipe(dimensions=16, epochs=1, buckets=500, name_at_least=3)).words.count("张建国") == 1  # type: ignore[union-attr]


def test_only_the_most_frequent_words_get_in() -> None:
    found = fit_subwords(a_log(), SubwordRecipe(dimensions=8, epochs=1, buckets=100, most_words=5))
    assert found is not None and len(found.words) == 5


def test_a_log_without_a_repeated_word_teaches_nothing() -> None:
    assert fit_subwords(ChatLog(("快递",), ((0,),)), SMALL) is None


def test_progress_is_told(learnt: SubwordVectors) -> None:
    said: list[str] = []
    fit_subwords(a_log(), SubwordRecipe(dimensions=8, epochs=3, buckets=100), said.append)
    assert said[0].startswith("聊天记录分词") and said[-1] == "学习词向量：第 3/3 遍"


@pytest.mark.parametrize("word", ["快递", "我", "usb", "type-c", "⑩", "é", "𠮷野家", "<b>", "a", "长长的一个词"])
@pytest.mark.parametrize("count", [7, 500, 50_000])
def test_pieces_are_numbered_as_gensim_numbers_them(word: str, count: int) -> None:
    assert buckets(word, count) == [int(number) for number in ft_ngram_hashes(word, 1, 3, count)]


def test_an_unknown_word_has_the_direction_that_gensim_gives_it(learnt: SubwordVectors) -> None:
    word = "快寄"
    assert word not in learnt.words
    pieces = learnt.pieces[ft_ngram_hashes(word, 1, 3, SMALL.buckets)].astype(np.float32)
    assert learnt._unknown(word) == pytest.approx(pieces.mean(axis=0) / np.linalg.norm(pieces.mean(axis=0)), abs=1e-5)


@pytest.mark.parametrize(
    ("word", "expected"),
    [("张建国", True), ("王翠花", True), ("欧阳锋", True), ("欧阳小红", True), ("包裹", False), ("马上", False), ("安全", False), ("王", False)],
)
def test_names_are_told_by_their_surname(word: str, expected: bool) -> None:
    names, dictionary = frozenset({"张建国", "欧阳锋"}), {"包裹": 5, "马上": 5, "张建国": 1, "欧阳锋": 1, "安全": 5}
    assert looks_like_a_name(word, names, dictionary) is expected


def test_gensims_false_alarms_are_kept_back_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    with _no_false_alarms():
        print("Exception ignored in: 'gensim.models.word2vec_inner.our_dot_float'", file=sys.stderr)
        print("disk full", file=sys.stderr)
    assert capsys.readouterr().err == "disk full\n"
