"""What a value under a key of an order must be, each check saying in Chinese what is wrong. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

MAX_FEN = 10**12
MAX_TEXT = 2000

_ORDER_NO = re.compile(r"[0-9]{18,19}")
_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII | re.IGNORECASE,
)

Check = Callable[[str, Any], Iterator[str]]
"""Takes the key and its value; gives what is wrong."""


def moment(text: str | None) -> datetime | None:
    """The aware UTC time of an ISO 8601 text; None for None. ValueError in Chinese when it is no such time."""
    if text is None:
        return None
    return _plain(text) or _any_form(text)


def _plain(text: str) -> datetime | None:
    """The fast way, for the form that nearly all have; None for any other."""
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(timezone.utc) if at.tzinfo is not None and text[10] == "T" else None
    except (ValueError, OverflowError):
        return None


def _any_form(text: str) -> datetime:
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise ValueError("不是 ISO 8601 时间")
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    if zone is None:
        raise ValueError("没有时区（要像 2026-11-11T00:05:00+08:00）")
    micros = int((fraction or "0").ljust(6, "0")[:6])
    try:
        local = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0), micros, _zone(zone))
        return local.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        raise ValueError("没有这样的时间") from None


@lru_cache(maxsize=100)
def _zone(text: str) -> timezone:
    if text in "Zz":
        return timezone.utc
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


def may_be_buyer(buyer_id: str) -> bool:
    """True for what can stand as a buyer's id: 1 to 128 visible characters."""
    return bool(buyer_id.strip()) and len(buyer_id) <= 128 and buyer_id.isprintable()


def order_no(key: str, value: Any) -> Iterator[str]:
    """18 to 19 digits, as text."""
    if not isinstance(value, str):
        yield f"{key} 要写成字符串，不是{kind_of(value)}"
    elif not _ORDER_NO.fullmatch(value):
        yield f"{key} 要 18–19 位数字，现在是 {len(value)} 个字符"


def buyer(key: str, value: Any) -> Iterator[str]:
    """A buyer's id."""
    if not isinstance(value, str):
        yield f"{key} 要写成字符串，不是{kind_of(value)}"
    elif not may_be_buyer(value):
        yield f"{key} 要 1–128 个可见字符"


def one_of(allowed: tuple[str, ...]) -> Check:
    """One of these words."""

    def check(key: str, value: Any) -> Iterator[str]:
        if value not in allowed:
            yield f"{key} 是 {shortened(value)}，只能是 {'、'.join(allowed)}"

    return check


def whole(least: int) -> Check:
    """A whole number from `least` up."""

    def check(key: str, value: Any) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool):
            unit = "（单位：分）" if key.endswith("_fen") else ""
            yield f"{key} 要整数{unit}，现在是 {shortened(value)}"
        elif not least <= value <= MAX_FEN:
            yield f"{key} 是 {shortened(value)}，要在 {least} 和 {MAX_FEN} 之间"

    return check


def time(key: str, value: Any) -> Iterator[str]:
    """An ISO 8601 time with zone."""
    if not isinstance(value, str):
        yield f"{key} 要 ISO 8601 时间，不是{kind_of(value)}"
        return
    try:
        moment(value)
    except ValueError as error:
        yield f"{key} 的值 {shortened(value)} {error}"


def text(key: str, value: Any) -> Iterator[str]:
    """Text of bounded length."""
    if not isinstance(value, str):
        yield f"{key} 要写成字符串，不是{kind_of(value)}"
    elif len(value) > MAX_TEXT:
        yield f"{key} 太长（{len(value)} 个字符，最多 {MAX_TEXT}）"


def flag(key: str, value: Any) -> Iterator[str]:
    """true or false."""
    if not isinstance(value, bool):
        yield f"{key} 要 true 或 false，现在是 {shortened(value)}"


def object_of(needed: tuple[str, ...], checks: dict[str, Check]) -> Check:
    """An object with the needed keys, and these checks for its keys."""

    def check(key: str, value: Any) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{key} 要一个对象，不是{kind_of(value)}"
            return
        for inner in needed:
            if value.get(inner) is None:
                yield f"{key} 缺少 {inner}"
        for inner, inner_check in checks.items():
            if value.get(inner) is not None:
                yield from inner_check(f"{key}.{inner}", value[inner])

    return check


def list_of(of: Check) -> Check:
    """A list whose members pass."""

    def check(key: str, value: Any) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{key} 要一个列表，不是{kind_of(value)}"
            return
        for number, item in enumerate(value, start=1):
            yield from of(f"{key} 第 {number} 项", item)

    return check


def kind_of(value: object) -> str:
    """The Chinese name of a JSON value's kind."""
    names: dict[type, str] = {dict: "对象", list: "列表", str: "文字", bool: "真假值", int: "数字", float: "数字"}
    return "空值" if value is None else names.get(type(value), "别的")


def shortened(value: object) -> str:
    """The value as JSON, cut when it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else text[:37] + "…"
