"""Phrases of a data file by which a short message is understood: `has` anywhere in it, `whole` only when it says nothing else. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bot.checked_yaml import Checked, Place, place

_MARKS = re.compile(r"[\W_]+")
_BEFORE = re.compile(r"^(那就?|就|我们?|还是|肯定|当然|货|东西)+")
_AFTER = re.compile(r"[的了吧呢啊哦呀哈嘛啦噢]+$")


@dataclass(frozen=True)
class Phrases:
    """What counts as one meaning. 要 is an answer to 要退货吗, but inside a sentence it says nothing."""

    has: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()

    def fit(self, text: str) -> bool:
        """Whether the message says it; English phrases stand as words of their own."""
        plain = text.lower().replace("’", "'")
        return any(_holds(plain, phrase.lower()) for phrase in self.has) or _bare(plain) in {_bare(phrase.lower()) for phrase in self.whole}


def read_phrases(file: Checked, raw: Any, path: Place) -> Phrases:
    """`{has: […], whole: […]}`, one of them at least; what is wrong is noted."""
    row = file.mapping(raw, path, need=(), may=("has", "whole"))
    found = Phrases(file.words(row, "has", path), file.words(row, "whole", path))
    if isinstance(raw, dict) and not (found.has or found.whole):
        file.tell(path, f"{place(path)}has（话里有就算）和 whole（整句就是它才算）至少写一个")
    if any(not _bare(phrase.lower()) for phrase in (*found.has, *found.whole)):
        file.tell(path, f"{place(path)}有空的词，删掉它：空的词什么话都算")
    return found


def _holds(plain: str, phrase: str) -> bool:
    if not phrase.isascii():
        return phrase in plain
    return re.search(rf"(?<![a-z']){re.escape(phrase)}(?![a-z'])", plain) is not None


def _bare(text: str) -> str:
    """Without marks, and without the fillers around it: 那我退吧。 is 退."""
    bare = _MARKS.sub("", text)
    short = _AFTER.sub("", _BEFORE.sub("", bare))
    return short or bare
