"""What the classifier sees of a message: characters, pairs of characters, Latin words, concept words. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from bot.nlu.text import DATE, LINK, MONEY, NUMBER, ORDER, PERSON, PLACE

_LATIN = re.compile(r"[a-z]{2,}")
_BARE = re.compile(rf"[^\w{NUMBER}{ORDER}{LINK}{PLACE}{PERSON}{MONEY}{DATE}]|_")


def grams(features: str) -> set[str]:
    """Characters, pairs and Latin words of Text.features; ^ and $ are the message's ends."""
    text = f"^{features}$"
    found = set(features)
    found.update(text[i : i + 2] for i in range(len(text) - 1))
    found.discard(" ")
    for word in _LATIN.findall(features):
        found.add(f"<{word}>")
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
