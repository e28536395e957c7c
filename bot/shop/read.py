"""The shop's JSON of an order (architecture §6) to an Order, or the list of all that is wrong with it. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

from bot.errors import BadInput
from bot.model import JSON, Order

STATES = ("unpaid", "paid", "shipped", "signed", "return_requested", "return_shipped", "return_signed", "refunded", "closed")
REFUND_KINDS = ("仅退款", "退货退款")
REFUND_STATES = ("asked", "agreed", "refused", "done")
MAX_FEN = 10**12
MAX_TEXT = 2000

_ORDER_NO = re.compile(r"[0-9]{18,19}")
_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII | re.IGNORECASE,
)

_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_START = datetime.min.replace(tzinfo=timezone.utc)

Check = Callable[[str, Any], Iterator[str]]


def read_order(data: JSON) -> Order:
    """The order; its logistics oldest first. BadInput with every problem in Chinese."""
    wrong = problems(data)
    if wrong:
        raise BadInput("；".join(wrong))
    return trusted_order(data)


def trusted_order(data: JSON) -> Order:
    """The order from JSON that `problems` found nothing in, such as what the orders table holds."""
    return Order(
        order_no=data["order_no"],
        buyer_id=data["buyer_id"],
        state=data["state"],
        amount_fen=data["amount_fen"],
        items=tuple(data.get("items") or ()),
        placed_at=moment(data.get("placed_at")),
        paid_at=moment(data.get("paid_at")),
        promised_ship_at=moment(data.get("promised_ship_at")),
        shipped_at=moment(data.get("shipped_at")),
        signed_at=moment(data.get("signed_at")),
        carrier=data.get("carrier") or None,
        tracking_no=data.get("tracking_no") or None,
        logistics=tuple(sorted(data.get("logistics") or (), key=lambda line: moment(line["at"]) or _START)),
        refund=data.get("refund"),
        returned=data.get("return"),
        presale=bool(data.get("presale")),
        freight_insurance=bool(data.get("freight_insurance")),
        raw=data,
    )


def moment(text: str | None) -> datetime | None:
    """The aware UTC time of an ISO 8601 text; None for None. ValueError in Chinese when it is no such time."""
    if text is None:
        return None
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


def problems(data: object) -> list[str]:
    """All that is wrong with an order's JSON, in Chinese, each with its key; empty when it can be read."""
    if not isinstance(data, dict):
        return [f"要一个 JSON 对象，不是{_kind(data)}"]
    if not _storable(data):
        return ["含有不能保存的字符或数字（空字符、半个代理字符、NaN、无穷大）"]
    found: list[str] = []
    for key in ("order_no", "buyer_id", "state", "amount_fen"):
        if data.get(key) is None:
            found.append(f"缺少 {key}")
    for key, check in _CHECKS.items():
        if data.get(key) is not None:
            found.extend(check(key, data[key]))
    return found


def _storable(data: JSON) -> bool:
    try:
        text = json.dumps(data, ensure_ascii=False, allow_nan=False)
        text.encode("utf-8")
    except (ValueError, RecursionError):
        return False
    # json.dumps writes the character NUL as an escape; an escaped backslash before u0000 is no NUL.
    return "\\u0000" not in text or _NUL.search(text) is None


def may_be_buyer(buyer_id: str) -> bool:
    """True for what can stand as a buyer's id: 1 to 128 visible characters."""
    return bool(buyer_id.strip()) and len(buyer_id) <= 128 and buyer_id.isprintable()


def _order_no(key: str, value: Any) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{key} 要写成字符串，不是{_kind(value)}"
    elif not _ORDER_NO.fullmatch(value):
        yield f"{key} 要 18–19 位数字，现在是 {len(value)} 个字符"


def _buyer(key: str, value: Any) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{key} 要写成字符串，不是{_kind(value)}"
    elif not may_be_buyer(value):
        yield f"{key} 要 1–128 个可见字符"


def _one_of(allowed: tuple[str, ...]) -> Check:
    def check(key: str, value: Any) -> Iterator[str]:
        if value not in allowed:
            yield f"{key} 是 {_short(value)}，只能是 {'、'.join(allowed)}"

    return check


def _whole(least: int) -> Check:
    def check(key: str, value: Any) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool):
            unit = "（单位：分）" if key.endswith("_fen") else ""
            yield f"{key} 要整数{unit}，现在是 {_short(value)}"
        elif not least <= value <= MAX_FEN:
            yield f"{key} 是 {_short(value)}，要在 {least} 和 {MAX_FEN} 之间"

    return check


def _time(key: str, value: Any) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{key} 要 ISO 8601 时间，不是{_kind(value)}"
        return
    try:
        moment(value)
    except ValueError as error:
        yield f"{key} 的值 {_short(value)} {error}"


def _text(key: str, value: Any) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{key} 要写成字符串，不是{_kind(value)}"
    elif len(value) > MAX_TEXT:
        yield f"{key} 太长（{len(value)} 个字符，最多 {MAX_TEXT}）"


def _flag(key: str, value: Any) -> Iterator[str]:
    if not isinstance(value, bool):
        yield f"{key} 要 true 或 false，现在是 {_short(value)}"


def _object(needed: tuple[str, ...], checks: dict[str, Check]) -> Check:
    def check(key: str, value: Any) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{key} 要一个对象，不是{_kind(value)}"
            return
        for inner in needed:
            if value.get(inner) is None:
                yield f"{key} 缺少 {inner}"
        for inner, inner_check in checks.items():
            if value.get(inner) is not None:
                yield from inner_check(f"{key}.{inner}", value[inner])

    return check


def _list(of: Check) -> Check:
    def check(key: str, value: Any) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{key} 要一个列表，不是{_kind(value)}"
            return
        for number, item in enumerate(value, start=1):
            yield from of(f"{key} 第 {number} 项", item)

    return check


_ITEM = _object(("title",), {"title": _text, "sku": _text, "qty": _whole(1), "price_fen": _whole(0)})
_SCAN = _object(("at", "text"), {"at": _time, "text": _text})
_CHECKS: dict[str, Check] = {
    "order_no": _order_no,
    "buyer_id": _buyer,
    "state": _one_of(STATES),
    "amount_fen": _whole(0),
    "items": _list(_ITEM),
    **dict.fromkeys(("placed_at", "paid_at", "promised_ship_at", "shipped_at", "signed_at"), _time),
    **dict.fromkeys(("carrier", "tracking_no", "buyer_name", "phone", "address"), _text),
    "logistics": _list(_SCAN),
    "refund": _object(
        ("state",),
        {"kind": _one_of(REFUND_KINDS), "state": _one_of(REFUND_STATES), "asked_at": _time, "done_at": _time, "amount_fen": _whole(0)},
    ),
    "return": _object((), {"tracking_no": _text, "shipped_at": _time, "signed_at": _time}),
    "presale": _flag,
    "freight_insurance": _flag,
}


def _kind(value: object) -> str:
    names: dict[type, str] = {dict: "对象", list: "列表", str: "文字", bool: "真假值", int: "数字", float: "数字"}
    return "空值" if value is None else names.get(type(value), "别的")


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else text[:37] + "…"
