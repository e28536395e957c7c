"""The question whether the goods go back: when it is asked, and what its answers mean (data/shop/refunds.yml). Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.checked_yaml import Checked
from bot.desk.phrases import Phrases, read_phrases

ANY = "any"
KEY = "ask_goods_back"
KEEP, BACK, EITHER = "keep", "back", "either"
ANSWERS = (KEEP, BACK, EITHER)
"""In the order in which they are looked for: 不退货 holds 退货."""
Words = Mapping[str, tuple[str, ...]]
"""By label; `any` for all that have none of their own subject."""


@dataclass(frozen=True)
class GoodsQuestion:
    """For which labels and on which words the bot asks, and the words of an answer."""

    labels: frozenset[str] = frozenset()
    money_words: Words = field(default_factory=dict)
    answers: Mapping[str, Phrases] = field(default_factory=dict)
    """By keep, back, either."""

    def wants_money(self, label: str, text: str) -> bool:
        """Whether a message of this label asks for the money."""
        plain = text.lower()
        return label in self.labels and any(word.lower() in plain for key in (label, ANY) for word in self.money_words.get(key, ()))

    def answer(self, text: str) -> str | None:
        """keep, back or either; None when the words do not say."""
        return next((name for name in ANSWERS if name in self.answers and self.answers[name].fit(text)), None)


def read_question(file: Checked, raw: Any, known: Collection[str]) -> GoodsQuestion:
    """The file's section; what is wrong with it is noted. `known` are the labels that are refund matters."""
    row = file.mapping(raw, (KEY,), need=("labels", "money_words", "answers"))
    labels = frozenset(file.words(row, "labels", (KEY,), known, what="写进 goods_back 的标签"))
    money = _money_words(file, row.get("money_words", {}), labels)
    path = (KEY, "answers")
    answers = file.mapping(row["answers"], path, need=ANSWERS) if "answers" in row else {}
    return GoodsQuestion(labels, money, {name: read_phrases(file, answers[name], (*path, name)) for name in ANSWERS if name in answers})


def _money_words(file: Checked, raw: Any, labels: Collection[str]) -> Words:
    path = (KEY, "money_words")
    if not isinstance(raw, dict):
        file.tell(path, f"{KEY}.money_words 要写成“标签: [词, 词]”，any 是 labels 里的每个标签")
        return {}
    found = {str(name): file.words(raw, name, path) for name in raw}
    for name, words in found.items():
        if name != ANY and name not in labels:
            file.tell((*path, name), f"{KEY}.money_words：{name} 不在 {KEY}.labels 里，any 是 labels 里的每个标签")
        if any(not word.strip() for word in words):
            file.tell((*path, name), f"{KEY}.money_words：{name} 里有空的词，删掉它：空的词什么话都算")
    return found
