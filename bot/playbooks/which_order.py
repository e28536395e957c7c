"""Which of the buyer's orders an answer points at, and the orders as buttons. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.model import Order
from bot.playbooks import states

ORDER_BUTTONS = 4
Buttons = tuple[tuple[str, str], ...]

_CHUNK = re.compile(r"[\u4e00-\u9fff]{2,}")
_TAIL = re.compile(r"(?<!\d)\d{4,12}(?!\d)")
_PLACE = re.compile(r"第\s?([一二三四1-4])\s?(个|笔|单|条|项)")
_NEWEST = re.compile(r"^\W*(就是?|是)?(最新|最近|刚刚?)(一笔|那笔|的|那个|那单|买的?|下的?|拍的?|付的?)")


def by_words(text: str, orders: Sequence[Order], shown: Sequence[str] | None) -> Order | None:
    """The one order that the words point at: by last digits or goods; as an answer to a question (`shown`: the names of the
    orders offered, None when nothing was asked) by its place among them or its age too."""
    tails = [order for order in orders if any(order.order_no.endswith(digits) for digits in _TAIL.findall(text))]
    if len(tails) == 1:
        return tails[0]
    place = _PLACE.search(text)
    if shown is not None and place:
        number = "一二三四".find(place[1]) + 1 or int(place[1])
        return states.by_ref(orders, shown[number - 1]) if number <= len(shown) else None
    if shown is not None and orders and _NEWEST.match(text):
        return orders[0]
    grams = {chunk[i : i + 2] for chunk in _CHUNK.findall(text) for i in range(len(chunk) - 1)}
    hits = [order for order in orders if any(gram in str(item.get("title", "")) for item in order.items for gram in grams)]
    return hits[0] if len(hits) == 1 else None


def buttons(orders: Iterable[Order]) -> Buttons:
    """(goods and tail, order number) of the first orders; what is sent is the number."""
    return tuple((_title(order), order.order_no) for order in tuple(orders)[:ORDER_BUTTONS])


def names(shown: Buttons) -> tuple[str, ...]:
    """The names (`states.ref`) of the orders behind buttons."""
    return tuple(states.ref(order_no) for _, order_no in shown)


def _title(order: Order) -> str:
    title = str(order.items[0].get("title", "")) if order.items else "订单"
    return f"{title[:12]}（尾号{order.order_no[-4:]}）"
