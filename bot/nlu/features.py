"""What the classifier sees of a message: characters, pairs of characters, Latin words and their parts. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from bot.nlu.text import DATE, LINK, MONEY, NUMBER, ORDER, PERSON, PLACE

_LATIN = re.compile(r"[a-z]{2,}")
_WORD = "␣"
"""Stands for a Latin word among the characters: its letters say nothing one by one ("usb" is no "sb")."""
_BARE = re.compile(rf"[^\w{NUMBER}{ORDER}{LINK}{PLACE}{PERSON}{MONEY}{DATE}]|_")


def grams(features: str) -> set[str]:
    """Characters and their pairs, Latin words, their pairs and threes of letters of Text.features; ^ and $ are the message's ends."""
    words = _LATIN.findall(features)
    text = f"^{_LATIN.sub(_WORD, features) if words else features}$"
    found = {one + other for one, other in zip(text, text[1:]) if one != " " != other}
    found.update(text[1:-1])
    found.difference_update((" ", _WORD))
    for word in words:
        marked = f"<{word}>"
        found.add(marked)
        # Threes of letters hold what inflections and typing errors leave of a word; cross-validated English gains five points.
        found.update("~" + marked[i : i + 3] for i in range(len(marked) - 2))
    found.update(f"<{one} {other}>" for one, other in zip(words, words[1:]))
    return found


def vocabulary(texts: Iterable[str], at_least: int = 2) -> dict[str, int]:
    """Grams seen in `at_least` of the texts, numbered in a fixed order."""
    seen: Counter[str] = Counter()
    for text in texts:
        seen.update(grams(text))
    return {gram: number for number, gram in enumerate(sorted(g for g, n in seen.items() if n >= at_least))}


def rows(features: str, known: Mapping[str, int]) -> list[int]:
    """The numbers of the message's grams, ascending, without those never seen."""
    return sorted(known[gram] for gram in grams(features) if gram in known)


def bare(features: str) -> str:
    """The message without marks and blanks: two messages with the same bare form say the same."""
    return _BARE.sub("", features)
