"""Replies in the customer's writing: traditional for traditional, English where there is a script, simplified otherwise. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from opencc import OpenCC

_HAN = re.compile(r"[\u4e00-\u9fff]")
_WORD = re.compile(r"[A-Za-z]{2,}")

HANS, HANT, ENGLISH = "hans", "hant", "en"
# The bot's own buttons. What is sent for a person is English, too: 转人工 would turn the talk into Chinese.
_IN_ENGLISH = {"转人工": ("Talk to a person", "talk to a person"), "都不是": ("None of these", "都不是")}
_IN_ENGLISH |= {
    "有帮助": ("Helpful", "有帮助"), "没帮助": ("Not helpful", "没帮助"), "找人再看看": ("Ask a person to look again", "找人再看看"),
    "不用了": ("No, thanks", "不用了"),
}  # fmt: skip


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("s2twp")


@lru_cache(maxsize=1)
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


@lru_cache(maxsize=1)
def _plain() -> OpenCC:
    return OpenCC("s2t")


@lru_cache(maxsize=4096)
def traditional(text: str) -> str:
    """The line in traditional characters."""
    converted: str = _converter().convert(text)
    return converted


@lru_cache(maxsize=4096)
def simplified(text: str) -> str:
    """The message in simplified characters, for patterns that are written in them."""
    converted: str = _simplifier().convert(text)
    return converted


def written(text: str, writing: str) -> str:
    """The line as this customer writes."""
    return traditional(text) if writing == HANT else text


def written_button(button: tuple[str, str], writing: str) -> tuple[str, str]:
    """The button (title, what it sends) as this customer writes."""
    title, payload = button
    return _IN_ENGLISH.get(title, button) if writing == ENGLISH else (written(title, writing), payload)


def has_english(button: tuple[str, str]) -> bool:
    """Whether a button of a playbook can be shown to who writes English: trainers give them in Chinese alone."""
    return button[0] in _IN_ENGLISH


def writing_of(text: str, before: str) -> str:
    """This customer's writing; a message that shows none (a number, 好) keeps what was seen before."""
    if not _HAN.search(text):
        return ENGLISH if len(_WORD.findall(text)) >= 2 else before
    hant = sum(a != b for a, b in zip(text, _simplifier().convert(text), strict=False))
    hans = sum(a != b for a, b in zip(text, _plain().convert(text), strict=False))
    return before if hans == hant else HANT if hant > hans else HANS
