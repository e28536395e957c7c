"""Money that a script of the bot promises the customer: never more than the bot's own limit (data/shop/authority.yml). Pure.

Only what is promised to the reader counts (给您补 20 元, 退您 20 元); what a policy pays (运费险最多赔 12 元) and an order's own amount are facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_GIVE = r"(?:赔|补|返|退)"
_FEW = r"[^。！？!?\n\d]"
_SUM = r"[¥￥]?\s*(\d{1,7}(?:\.\d{1,2})?)\s*(?:元|块)"
_PROMISED = re.compile(rf"(?:(?:给|为|帮|向)您{_FEW}{{0,8}}?{_GIVE}|{_GIVE}{_FEW}{{0,3}}您){_FEW}{{0,8}}{_SUM}")


def promised_fen(text: str) -> int:
    """The largest amount that the words promise their reader, in fen; 0 when they promise none."""
    return max((round(float(found) * 100) for found in _PROMISED.findall(text)), default=0)


def too_generous(raw: Any, most_fen: int, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], int]]:
    """(path, fen) of every text in the tree that promises more than the bot may."""
    if isinstance(raw, str):
        if (found := promised_fen(raw)) > most_fen:
            yield path, found
    elif isinstance(raw, dict):
        for key, value in raw.items():
            yield from too_generous(value, most_fen, (*path, key))
    elif isinstance(raw, list):
        for number, value in enumerate(raw):
            yield from too_generous(value, most_fen, (*path, number))
