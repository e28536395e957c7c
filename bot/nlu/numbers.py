"""Order, parcel and phone numbers and amounts in a message, with their places. Pure.

Customers paste numbers with blanks, dashes and full-width digits; platforms mask them. Kinds: order_no (18-19 digits), tracking_no, phone
(mobile), amount_fen, wrong_order_no (given as an order number, but of another length). Identity and bank card numbers are never returned.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.nlu.text import MAX_CHARS

# One character for one, so that places in the message stay right.
_HALF = str.maketrans("０１２３４５６７８９－—–＿　．，￥", "0123456789----" + " .,¥") | {
    code + 0xFEE0: chr(code) for code in (*range(ord("A"), ord("Z") + 1), *range(ord("a"), ord("z") + 1))
}
_RUN = re.compile(r"(?<![0-9A-Za-z.])\+?\d+(?:[ \-]{1,2}\d+)*(?![0-9A-Za-z])")
_COURIERS = "SF|YT|JD[A-Z]{0,4}|ZTO|STO|YD|JT|DPK|DB|EMS|YZ|BEST|HT|TT|KY|AN|ZJS|YDH|UC"
_LETTERED = re.compile(rf"(?<![0-9A-Za-z])(?:(?:{_COURIERS})\d{{8,18}}|[A-Z]{{2}}\d{{9}}[A-Z]{{2}})(?:-\d)*(?![0-9A-Za-z])", re.I)
_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
_ID_FORM = re.compile(r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]")
_ID_WORDS = re.compile(r"身份证|证件|身份號|ID ?card", re.I)
_CARD_WORDS = re.compile(r"银行卡|銀行卡|卡号|卡號|储蓄卡|信用卡|账号|账户|(?:工|农|建|招|交|中)行")
_ORDER_WORDS = re.compile(r"订单|訂單|单子|单号是?:?$|order", re.I)
_PARCEL_WORDS = re.compile(r"快递|快遞|运单|運單|物流|包裹|面单|tracking|顺丰|中通|圆通|韵达|申通|邮政|极兔|京东快递|德邦|ems", re.I)
_MONEY_SIGN = re.compile(r"[¥￥]\s?(\d{1,7}(?:\.\d{1,2})?)")
_MONEY_UNIT = re.compile(r"(?<![0-9.])(\d{1,7}(?:\.\d{1,2})?)\s?(?:元|块钱|块|圆|rmb|yuan)(?:(?<=块)(\d)(?!\d))?", re.I)
_MONEY_WORDS = re.compile(r"([一二两三四五六七八九十百千万]{1,7})(?:元|块钱|块)(?!头|儿|布|肉|板)")
_MOST_PIECES = 12
"""No number is written in more pieces; without a bound, 1500 lone digits (1 1 1 …) take seconds."""
_CHINESE_DIGIT = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2}
_CHINESE_UNIT = {"十": 10, "百": 100, "千": 1000, "万": 10000}


@dataclass(frozen=True)
class Number:
    """A number found: its kind, its normal form, and where it stands in the message as written."""

    kind: str
    value: str
    start: int
    end: int


def find(message: str) -> tuple[Number, ...]:
    """Every number of the first MAX_CHARS characters, in the order of the message."""
    text = message[:MAX_CHARS].translate(_HALF)
    found = [Number("tracking_no", m[0].upper(), m.start(), m.end()) for m in _LETTERED.finditer(text)]
    taken = [(n.start, n.end) for n in found]
    for match in _RUN.finditer(text):
        if not any(start < match.end() and match.start() < end for start, end in taken):
            found += _in_run(text, match.start(), match[0])
    return tuple(sorted((*found, *_amounts(text)), key=lambda n: n.start))


def by_kind(numbers: Sequence[Number]) -> dict[str, tuple[str, ...]]:
    """The values of each kind, in the order of the message, each once."""
    kinds: dict[str, list[str]] = {}
    for number in numbers:
        values = kinds.setdefault(number.kind, [])
        if number.value not in values:
            values.append(number.value)
    return {kind: tuple(values) for kind, values in kinds.items()}


def _in_run(text: str, at: int, run: str) -> list[Number]:
    """The numbers in digits that blanks or dashes part: pieces are joined where that makes an order or mobile number."""
    pieces = [(m.start() + at, m.end() + at, m[0]) for m in re.finditer(r"\+?\d+", run)]
    found, first = [], 0
    while first < len(pieces):
        for last in range(min(len(pieces), first + _MOST_PIECES), first, -1):
            part = pieces[first:last]
            if len(part) > 1 and not _is_one_number([digits for _, _, digits in part]):
                continue
            digits = "".join(piece for _, _, piece in part)
            start, end = part[0][0], part[-1][1]
            kind = _kind(digits, text, start, end, joined=len(part) > 1)
            if kind:
                mobile = _MOBILE.fullmatch(digits)
                found.append(Number(kind, mobile[1] if kind == "phone" and mobile else digits.lstrip("+"), start, end))
            if kind or last == first + 1:
                first = last
                break
    return found


def _is_one_number(pieces: Sequence[str]) -> bool:
    """Whether digits written apart can be one number: no lone digit (a count), and no piece that is a number of its own."""
    return min(map(len, pieces[:-1])) >= 2 and not any(len(piece) >= 16 or len(piece) >= 11 and _MOBILE.fullmatch(piece) for piece in pieces)


def _kind(digits: str, text: str, start: int, end: int, *, joined: bool) -> str | None:
    before, length = text[max(0, start - 10) : start], len(digits)
    if _MOBILE.fullmatch(digits):
        return "phone"
    if _CARD_WORDS.search(before) and length >= 12 or _ID_FORM.fullmatch(digits) and _ID_WORDS.search(text[max(0, start - 14) : end + 8]):
        return None
    if length in (18, 19):
        return "order_no"
    for_order = bool(_ORDER_WORDS.search(before)) and not _PARCEL_WORDS.search(before)
    if joined and not (for_order and length >= 12):
        return None
    if 12 <= length <= 15 and not for_order:
        return "tracking_no"
    alone = not re.search(r"[\w]", text[:start] + text[end:])
    if length >= 16 or length >= 8 and (for_order or alone):
        return "wrong_order_no"
    return None


def _amounts(text: str) -> list[Number]:
    found = [Number("amount_fen", _fen(m[1]), m.start(), m.end()) for m in _MONEY_SIGN.finditer(text)]
    for match in _MONEY_UNIT.finditer(text):
        if not any(n.start <= match.start() < n.end for n in found):
            found.append(Number("amount_fen", _fen(match[1] + (f".{match[2]}" if match[2] and "." not in match[1] else "")), match.start(), match.end()))
    for match in _MONEY_WORDS.finditer(text):
        value = _chinese(match[1])
        if value >= 3:  # "一块" and "两块" are pieces at least as often as money.
            found.append(Number("amount_fen", str(value * 100), match.start(), match.end()))
    return found


def _fen(yuan: str) -> str:
    return str(int(Decimal(yuan) * 100))


def _chinese(words: str) -> int:
    """A number below 100 million in Chinese numerals: 三百二 is 320."""
    total = section = digit = 0
    unit = 1
    for char in words:
        if char in _CHINESE_DIGIT:
            digit = _CHINESE_DIGIT[char]
        elif char == "万":
            total, section, digit, unit = (total + (section + digit)) * 10000, 0, 0, 10000
        else:
            unit = _CHINESE_UNIT[char]
            section, digit = section + (digit or 1) * unit, 0
    return total + section + (digit * unit // 10 if unit >= 100 and digit else digit)
