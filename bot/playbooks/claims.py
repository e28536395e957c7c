"""Disputes and cases: soothe, ask at most two things, hand over with all that was gathered. Never only a policy text. Pure."""

from __future__ import annotations

import re
from dataclasses import asdict, replace

from bot.desk.severity import ANGER, is_harm
from bot.model import Decision, Line, Order, Severity
from bot.playbooks import goods_back, guide, scenes
from bot.playbooks.matter import Open
from bot.playbooks.model import Ask
from bot.playbooks.render import fill, order_fields
from bot.playbooks.schema import MOST_QUESTIONS
from bot.playbooks.turn import ASK, Turn, with_order
from bot.playbooks.which_order import names

_NO_PICTURES = re.compile(r"(没有?|不方便|拍不了|没法|不会|懒得).{0,4}(拍|照片|图片|照相|截图)|拍不了")


def start(turn: Turn, label: str, *, first: tuple[str, ...] = ()) -> Decision:
    """A new dispute or case: one soothing line, then the first question or the hand-off."""
    opened = Open(label, confidence=turn.confidence, soothed=False)
    if is_harm(turn.books.severity, label, turn.u.tone):
        first = (*first, turn.line("safety_first"))
        turn = replace(turn, matter=replace(turn.matter, severity=Severity.SERIOUS.value, reasons=turn.graded(label).reasons))
    if turn.u.tone & ANGER:
        return finish(turn, opened, turn.order, "anger", first)
    return go_on(turn, opened, first=first)


def go_on(turn: Turn, opened: Open, *, first: tuple[str, ...] = ()) -> Decision:
    """Take what this message gives, then ask for what is still missing, or hand over."""
    turn = goods_back.heard(turn, opened.label)
    opened = replace(opened, money=opened.money or goods_back.wants_money(turn, opened.label))
    order = turn.order or (turn.chosen_by_words() if opened.waits_for == "order_no" else None)
    slots = [ask.slot for ask in turn.book(opened.label).ask]
    if turn.stray and order is None and "order_no" in slots:
        if turn.checkable and not opened.wrong_numbers:
            return _wrong_number(turn, opened, first)
        opened = replace(opened, number=_masked(turn.stray), given=_with(opened.given, "order_no"))
    opened = gather(turn, opened, order)
    if goods_back.is_due(turn, opened.label, order, opened):
        return _goods_back(turn, opened, order, first)
    question = _next_question(turn, opened)
    if question is None:
        return finish(turn, opened, order, "gathered" if opened.asked else "claim", first)
    buttons = turn.order_buttons() if question.slot == "order_no" else ()
    down = (turn.line("orders_down"),) if question.slot == "order_no" and turn.facts.orders_down else ()
    lines: list[Line | str] = [*first, *_received(turn), *_soothing(turn, opened, order), *down, Line(question.say, buttons)]
    matter = with_order(replace(turn.matter, images=0), order)
    matter = replace(matter, open=replace(opened, asked=(*opened.asked, question.slot), soothed=True, shown=names(buttons)))
    pending = [question.slot]
    return turn.say(ASK, lines, matter=matter, about=opened.label, order=order, ask=pending, group=turn.group(opened.label))


def _goods_back(turn: Turn, opened: Open, order: Order | None, first: tuple[str, ...]) -> Decision:
    """Money was asked for and nothing tells whether the goods go back."""
    lines: list[Line | str] = [*first, *_received(turn), *_soothing(turn, opened, order), goods_back.question(turn)]
    matter = with_order(replace(turn.matter, images=0), order)
    matter = replace(matter, open=replace(opened, asked=(*opened.asked, goods_back.SLOT), soothed=True, shown=()))
    return turn.say(ASK, lines, matter=matter, about=opened.label, order=order, ask=[goods_back.SLOT], group=turn.group(opened.label))


def finish(turn: Turn, opened: Open, order: Order | None, reason: str, first: tuple[str, ...] = ()) -> Decision:
    """Hand over with what there is."""
    book = turn.book(opened.label)
    meant = order or turn.order
    first = (*first, turn.line("wrong_kind_noted")) if meant and guide.is_wrong(turn, opened.label, meant) else first
    lines = [*first, *_received(turn), *_soothing(turn, opened, order), fill(book.closing, order_fields(order or turn.order, turn.books.terms))]
    if order is None:
        order = turn.order
    decision = turn.hand_over(opened.label, reason, lines, opened=opened, order=order)
    if book.promise is None:
        return decision
    vow = book.promise
    # Only here: whoever goes to a person without the closing words was promised nothing.
    return replace(decision, ticket={**decision.ticket, "promised": [asdict(vow)]})


def reminder(turn: Turn, opened: Open) -> Line:
    """The line that leads back to the question that is still open, with the orders that were offered."""
    if opened.waits_for == goods_back.SLOT:
        return goods_back.question(turn)
    shown = turn.orders_shown(opened) if opened.waits_for == "order_no" else ()
    return Line(turn.line("reminder", matter=turn.title(opened.label)), shown)


def has_no_pictures(turn: Turn) -> bool:
    """Whether the customer says that there will be no picture."""
    return bool(_NO_PICTURES.search(turn.words))


def gather(turn: Turn, opened: Open, order: Order | None) -> Open:
    given = opened.given
    if order:
        given = _with(given, "order_no")
    if turn.facts.images or turn.matter.images:
        given = _with(given, "photos")
    if turn.u.entities.get("tracking_no"):
        given = _with(given, "tracking_no")
    if opened.waits_for == "detail" and (turn.u.text.strip() or turn.facts.images):
        given = _with(given, "detail")
    asked = _with(opened.asked, "photos") if has_no_pictures(turn) else opened.asked
    return replace(opened, given=given, asked=asked)


def _next_question(turn: Turn, opened: Open) -> Ask | None:
    if len(opened.asked) >= MOST_QUESTIONS:
        return None
    asks = turn.book(opened.label).ask
    return next((ask for ask in asks if ask.slot not in opened.given and ask.slot not in opened.asked), None)


def _wrong_number(turn: Turn, opened: Open, first: tuple[str, ...]) -> Decision:
    line = wrong_line(turn)
    asked = opened.asked if "order_no" in opened.asked else (*opened.asked, "order_no")
    buttons = turn.order_buttons()
    matter = replace(turn.matter, open=replace(opened, asked=asked, wrong_numbers=1, soothed=True, shown=names(buttons)))
    lines: list[Line | str] = [*first, *_soothing(turn, opened, None), Line(line, buttons)]
    return turn.say(ASK, lines, matter=matter, about=opened.label, ask=["order_no"], group=turn.group(opened.label))


def wrong_line(turn: Turn) -> str:
    """That the number is none of this account's, or has the wrong length; the same words for missing and for others' orders."""
    stray = turn.stray or ""
    digits = sum(ch.isdigit() for ch in stray)
    if stray.isdigit() and stray in turn.u.entities.get("wrong_order_no", ()):
        return turn.line("wrong_length", digits=str(digits))
    return turn.line("wrong_order", number=_masked(stray))


def _received(turn: Turn) -> tuple[str, ...]:
    return (turn.line("photo_received"),) if turn.facts.images else ()


def _soothing(turn: Turn, opened: Open, order: Order | None) -> list[Line | str]:
    return [] if opened.soothed else scenes.led(turn, opened.label, order, turn.script(opened.label, order))


def _with(given: tuple[str, ...], slot: str) -> tuple[str, ...]:
    return given if slot in given else (*given, slot)


def _masked(number: str) -> str:
    return f"…{number[-4:]}" if len(number) > 4 else number
