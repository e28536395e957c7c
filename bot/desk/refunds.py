"""The refund path 1-4 from the order's state and whether the goods go back (playbook §2, data/shop/refunds.yml). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.checked_yaml import Checked
from bot.desk.goods_back import ANY, BACK, KEY, GoodsQuestion, Words, read_question
from bot.model import Order
from bot.taxonomy import Taxonomy

WITH_RETURN, ONLY_MONEY = "退货退款", "仅退款"
OPEN_STATES = ("asked", "agreed")
LISTS, WORDS = ("by_request", "not_received", "asks_return"), ("return_words", "no_return_words")


@dataclass(frozen=True)
class RefundRules:
    """Which labels are refund matters and whether the goods go back; what says otherwise in the order and in the words."""

    goods_back: Mapping[str, bool]
    by_request: frozenset[str] = frozenset()
    """Labels that are about an application: it tells, whatever became of it."""
    not_received: frozenset[str] = frozenset()
    asks_return: frozenset[str] = frozenset()
    """Labels that ask for a return: an application without one is of the wrong kind."""
    return_words: Words = field(default_factory=dict)
    """`any`: all labels whose goods go back but those about an application, which say 退货退款 without wishing it."""
    no_return_words: Words = field(default_factory=dict)
    question: GoodsQuestion = field(default_factory=GoodsQuestion)

    def is_open(self, label: str) -> bool:
        """Whether the customer's word can change what the label says of the goods."""
        return bool(self.goods_back.get(label)) or label in self.by_request or label in self.question.labels


def read_refunds(raw: Any, where: str = "refunds.yml", taxonomy: Taxonomy | None = None) -> RefundRules:
    """The file's content; DataError with every problem."""
    file = Checked(raw, where)
    top = file.mapping(raw, (), need=("goods_back",), may=(*LISTS, *WORDS, KEY))
    goods_back = top.get("goods_back", {})
    if not isinstance(goods_back, dict):
        file.tell(("goods_back",), "goods_back 要写成“退款类标签: true（货要退回）或 false”")
        goods_back = {}
    for label in goods_back:
        file.flag(goods_back, label, ("goods_back",))
        if taxonomy is not None and label not in taxonomy.labels:
            file.tell(("goods_back", label), f"没有标签 {label}")
    lists = {key: frozenset(file.words(top, key, (), goods_back, what="写进 goods_back 的标签")) for key in LISTS}
    words = {key: _words(file, top.get(key, {}), key, goods_back) for key in WORDS}
    question = read_question(file, top[KEY], goods_back) if KEY in top else GoodsQuestion()
    file.done()
    known = {str(label): bool(back) for label, back in goods_back.items()}
    return RefundRules(known, **lists, **words, question=question)  # type: ignore[arg-type]


def _words(file: Checked, raw: Any, key: str, goods_back: Mapping[str, Any]) -> Words:
    if not isinstance(raw, dict):
        file.tell((key,), f"{key} 要写成“标签: [词, 词]”，any 是不管哪个标签")
        return {}
    for label in raw:
        if label != ANY and label not in goods_back:
            file.tell((key, label), f"{label} 不在 goods_back 里")
    return {str(label): file.words(raw, label, (key,)) for label in raw}


def refund_path(order: Order | None, goods_back: bool | None) -> int | None:
    """1 not shipped, 2 shipped and not received, 3 received without return, 4 with; None when it is no refund matter
    (goods_back is None), no order is known, or nothing was paid."""
    if goods_back is None or order is None:
        return None
    stage = _stage(order)
    return stage or None if stage < 3 else 4 if goods_back else 3


def path_of(rules: RefundRules, label: str, order: Order | None, text: str = "", said: bool | None = None) -> int | None:
    """The path by every row of the file: also by the application on the order, by what the customer wrote (`text`), and by
    what was settled with him before (`said`: whether the goods go back)."""
    if rules.goods_back.get(label) is None or order is None:
        return None
    if label in rules.not_received and order.state == "signed":
        return 2
    # An application for money only runs on its own path until it is changed.
    back = False if wrong_kind(rules, label, order, text, said) else goods_go_back(rules, label, order, text, said)
    return refund_path(order, back)


def goods_go_back(rules: RefundRules, label: str, order: Order, text: str = "", said: bool | None = None) -> bool | None:
    """Whether the customer gives the goods back: by what he said, else by the application, else by the label; None when it is no
    refund matter."""
    back = rules.goods_back.get(label)
    if back is None:
        return None
    told = said if said is not None and rules.is_open(label) else words_say(rules, label, text)
    if told is not None:
        return told
    about_application = label in rules.by_request
    if back or about_application:
        kind = (order.refund or {}).get("kind")
        if label in rules.asks_return:
            return True
        if kind and (about_application or is_asked(order)):
            return bool(kind == WITH_RETURN)
        if about_application and (order.returned or order.state.startswith("return_")):
            return True
    return back


def words_say(rules: RefundRules, label: str, text: str) -> bool | None:
    """Whether the goods go back by the words alone; None when they do not say, or the label is no refund matter."""
    back = rules.goods_back.get(label)
    if back is None:
        return None
    if _says(rules.no_return_words, (label, ANY), text):
        return False
    about_application = label in rules.by_request
    keys = (label,) if about_application else (label, ANY)
    return True if (back or about_application) and _says(rules.return_words, keys, text) else None


def said_of_goods(rules: RefundRules, label: str, text: str, remembered: str | None) -> bool | None:
    """Whether the customer said that the goods go back: in this text, else before (`back` or `keep`); None when he did not."""
    said = words_say(rules, label, text)
    return remembered == BACK if said is None and remembered and rules.is_open(label) else said


def is_unclear(rules: RefundRules, label: str, order: Order | None, text: str, said: bool | None = None) -> bool:
    """Whether nothing tells what becomes of the goods that a customer has: no words, no application, no return under way. Then he
    is asked, if it is the money that he wants (GoodsQuestion.wants_money)."""
    if order is None or order.state != "signed" or order.returned or said is not None or is_asked(order):
        return False
    if label in rules.by_request and (order.refund or {}).get("kind"):
        return False
    return words_say(rules, label, text) is None and not _says(rules.return_words, (label, ANY), text)


def wrong_kind(rules: RefundRules, label: str, order: Order, text: str = "", said: bool | None = None) -> bool:
    """Whether the customer wants to send the goods back, but applied for the money only (playbook §3, path 3)."""
    applied = is_asked(order) and (order.refund or {}).get("kind") == ONLY_MONEY
    return applied and _stage(order) == 3 and goods_go_back(rules, label, order, text, said) is True


def is_asked(order: Order) -> bool:
    """Whether an application is open."""
    return (order.refund or {}).get("state") in OPEN_STATES


def is_agreed(order: Order) -> bool:
    """Whether the shop agreed to the application before."""
    return (order.refund or {}).get("state") == "agreed"


def _says(words: Words, keys: tuple[str, ...], text: str) -> bool:
    plain = text.lower()
    return any(word.lower() in plain for key in keys for word in words.get(key, ()))


def _stage(order: Order) -> int:
    """0 not paid, 1 paid, 2 shipped, 3 received; for finished orders by what had happened before."""
    if order.state in ("refunded", "closed"):
        if order.signed_at or order.returned:
            return 3
        return 2 if order.shipped_at else 1 if order.paid_at else 0
    return {"unpaid": 0, "paid": 1, "shipped": 2}.get(order.state, 3)
