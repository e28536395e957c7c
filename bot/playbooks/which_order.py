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
_SAID_TAIL = re.compile(r"尾号\D{0,3}(\d{3,12})")
_OTHER = re.compile(r"另(外)?(的)?(一|那)?(个|单|笔|件|款)|别的那(个|单|笔)|剩下(的)?那?(个|单|笔)|还有(一|那)(个|单|笔)")
_VAGUE_GOODS = frozenset("套装 礼盒 正品 官方 专用 包邮 新款 同款 现货 快递 订单 包裹 商品 东西 黑色 白色 大号 小号 大码 均码".split())
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


def by_message(text: str, orders: Sequence[Order]) -> Order | None:
    """The one order that a message names in passing: 尾号7219, or its goods (篮球鞋开胶了). Stricter than an answer to "which order"."""
    tails = [order for order in orders if any(order.order_no.endswith(digits) for digits in _SAID_TAIL.findall(text))]
    if tails:
        return tails[0] if len(tails) == 1 else None
    hits = [order for order in orders if any(_names_goods(text, str(item.get("title", ""))) for item in order.items)]
    return hits[0] if len(hits) == 1 else None


def _names_goods(text: str, title: str) -> bool:
    # The end of a word names the thing: 篮球鞋 for a 透气篮球鞋, but 手机 is no 手机壳.
    return any(chunk[start:] in text for chunk in _CHUNK.findall(title) for start in range(len(chunk) - 1) if chunk[start:] not in _VAGUE_GOODS)


def the_other(text: str, orders: Sequence[Order], focus: Order | None) -> Order | None:
    """另一个呢: the buyer's other order, where there are just two."""
    if focus is None or len(orders) != 2 or not _OTHER.search(text):
        return None
    return next(order for order in orders if order is not focus)


def buttons(orders: Iterable[Order]) -> Buttons:
    """(goods and tail, order number) of the first orders; what is sent is the number."""
    return tuple((_title(order), order.order_no) for order in tuple(orders)[:ORDER_BUTTONS])


def names(shown: Buttons) -> tuple[str, ...]:
    """The names (`states.ref`) of the orders behind buttons."""
    return tuple(states.ref(order_no) for _, order_no in shown)


def _title(order: Order) -> str:
    title = str(order.items[0].get("title", "")) if order.items else "订单"
    return f"{title[:12]}（尾号{order.order_no[-4:]}）"
