"""Learning word vectors from a shop's chats: gensim's fastText (skip-gram) on jieba's words. Seeded: the same log gives the same vectors.

What gets in: words said in several conversations, and vectors. What stays out: rare words, and rare words that look like a person's name.
Needs gensim; the run time does not (bot/nlu/subwords.py).
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu.logs import ChatLog
from bot.nlu.neighbours import Floats
from bot.nlu.subwords import MAX_PIECE, MIN_PIECE, SubwordVectors
from bot.quiet import quietly

Say = Callable[[str], None]
SAMPLE = 20_000
"""Sentences over which the common direction is taken."""
# The hundred most frequent surnames; with the pairs.
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛"
    "闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_DOUBLE_SURNAMES = ("欧阳", "司马", "上官", "诸葛", "皇甫", "令狐", "慕容", "司徒", "尉迟", "东方", "南宫", "夏侯")


@dataclass(frozen=True)
class SubwordRecipe:
    """The experiment's values; buckets are few, so that a model stays below 60 MB."""

    dimensions: int = 128
    window: int = 5
    negative: int = 10
    epochs: int = 15
    buckets: int = 50_000
    most_words: int = 60_000
    at_least: int = 3
    """Conversations in which a word must have been said: what one customer wrote, however often, does not get into a model."""
    name_at_least: int = 20
    """As many for a word that looks like a name: 包邮 does, and is said every day."""
    smoothing: float = 1e-3
    seed: int = 11


def fit_subwords(log: ChatLog, recipe: SubwordRecipe = SubwordRecipe(), progress: Say = lambda _: None) -> SubwordVectors | None:
    """Vectors of the log's words; None when no word was said often enough."""
    with quietly():
        dictionary, names, total = _dictionary()
        progress(f"聊天记录分词：{len(log.lines):,} 句")
        cut = _cut(log.lines)
        words = _vocabulary(log, cut, names, dictionary, recipe)
        if not words:
            return None
        sentences = [kept for kept in ([word for word in line if word in words] for line in cut) if kept]
        progress(f"学习词向量：{len(words):,} 个词")
        return _weighted(_train(sentences, recipe, progress), sentences, log.lines, (dictionary, total), recipe)


def looks_like_a_name(word: str, names: frozenset[str], dictionary: Mapping[str, int]) -> bool:
    """Whether a word of two or three characters (four after a surname of two) begins like a person's name and is no other known word."""
    surname = 2 if word[:2] in _DOUBLE_SURNAMES else int(word[:1] in _SURNAMES)
    return surname > 0 and 1 <= len(word) - surname <= 2 and (word in names or word not in dictionary)


def _dictionary() -> tuple[dict[str, int], frozenset[str], int]:
    """jieba's words with their frequencies, those that it takes for persons' names, and the sum of the frequencies."""
    import jieba

    jieba.setLogLevel("ERROR")
    with jieba.get_dict_file() as file:
        rows = [line.decode().split() for line in file]
    dictionary = {word: int(frequency) for word, frequency, *_ in rows}
    return dictionary, frozenset(row[0] for row in rows if row[-1].startswith("nr")), sum(dictionary.values())


def _cut(lines: Iterable[str]) -> list[list[str]]:
    import jieba

    # Its cache is read with marshal: not from a folder where others can write.
    jieba.dt.tmp_dir = tempfile.mkdtemp(prefix="qiantai-jieba-")
    try:
        jieba.initialize()
    finally:
        shutil.rmtree(jieba.dt.tmp_dir, ignore_errors=True)
    known: dict[str, str] = {}  # One object for a word, however often it is said: a third of the memory.
    return [[known.setdefault(word, word) for word in jieba.lcut(line) if word != " "] for line in lines]


def _vocabulary(
    log: ChatLog, cut: Sequence[list[str]], names: frozenset[str], dictionary: Mapping[str, int], recipe: SubwordRecipe
) -> frozenset[str]:
    """The words that get in: said in enough conversations, the most frequent of them."""
    seen: Counter[str] = Counter()
    for talk in log.conversations:
        seen.update({word for line in set(talk) for word in cut[line]})
    often = {
        word: count for word, count in seen.items()
        if count >= (recipe.name_at_least if looks_like_a_name(word, names, dictionary) else recipe.at_least)
    }
    return frozenset(sorted(often, key=lambda word: (-often[word], word))[: recipe.most_words])


def _train(sentences: Sequence[list[str]], recipe: SubwordRecipe, progress: Say) -> Any:
    """gensim's vectors."""
    from gensim.models import FastText
    from gensim.models.callbacks import CallbackAny2Vec

    class Epochs(CallbackAny2Vec):  # type: ignore[misc]
        """A line for each third of the way."""

        done = 0

        def on_epoch_end(self, model: Any) -> None:  # noqa: ARG002
            self.done += 1
            if self.done % max(1, recipe.epochs // 3) == 0:
                progress(f"学习词向量：第 {self.done}/{recipe.epochs} 遍")

    # One worker: with several the order of updates, and so the result, is a matter of luck.
    model = FastText(
        vector_size=recipe.dimensions, window=recipe.window, negative=recipe.negative, sg=1, min_count=1, min_n=MIN_PIECE, max_n=MAX_PIECE,
        bucket=recipe.buckets, workers=1, seed=recipe.seed,
    )
    model.build_vocab(corpus_iterable=sentences)
    with _no_false_alarms():
        model.train(corpus_iterable=sentences, total_examples=model.corpus_count, epochs=recipe.epochs, callbacks=[Epochs()])
    return model.wv


@contextmanager
def _no_false_alarms() -> Iterator[None]:
    """What is written to stderr meanwhile comes at the end, without "Exception ignored in our_dot_float" where there was none.

    gensim 4.4 takes a product of exactly -1 for an exception; Python tells no hook of one that is not there.
    """
    written = io.StringIO()
    try:
        with redirect_stderr(written):
            yield
    finally:
        sys.stderr.writelines(line for line in written.getvalue().splitlines(keepends=True) if "our_dot_float" not in line)


def _weighted(
    learnt: Any, sentences: Sequence[list[str]], lines: Sequence[str], dictionary: tuple[Mapping[str, int], int], recipe: SubwordRecipe
) -> SubwordVectors:
    words = tuple(learnt.index_to_key)
    counts = Counter(word for sentence in sentences for word in sentence)
    shares = np.array([counts[word] for word in words]) / sum(counts.values())
    directions = learnt.vectors / np.maximum(np.linalg.norm(learnt.vectors, axis=1, keepdims=True), 1e-9)
    vectors = (directions * (recipe.smoothing / (recipe.smoothing + shares))[:, None]).astype(np.float16)
    frequencies: NDArray[np.int64] = np.array([dictionary[0].get(word, 0) for word in words], np.int64)
    nothing = np.zeros(recipe.dimensions, np.float32)
    found = SubwordVectors(words, frequencies, dictionary[1], vectors, learnt.vectors_ngrams.astype(np.float16), nothing)
    sample = lines[:: max(1, len(lines) // SAMPLE)]
    return SubwordVectors(words, frequencies, dictionary[1], vectors, found.pieces, _common(found.matrix(sample)))


def _common(matrix: Floats) -> Floats:
    """The first principal direction of the rows (not centred), its largest part positive."""
    _, directions = np.linalg.eigh(matrix.T.astype(np.float64) @ matrix)
    first = directions[:, -1]
    common: Floats = (first * np.sign(first[np.argmax(np.abs(first))])).astype(np.float32)
    return common
