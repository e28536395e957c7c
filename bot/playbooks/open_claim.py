"""A message while a dispute or case waits for an answer: the answer, a refusal, something beside it, or another matter. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.model import Decision, Line
from bot.playbooks import claims, goods_back
from bot.playbooks.matter import Open
from bot.playbooks.turn import ANSWER, ASK, Turn
from bot.taxonomy import OUT_OF_SCOPE

SIDE_STEPS = 2
"""So often a customer may talk of something else while a question is open; then the matter goes to people as it is."""
SURE_OF_ANOTHER = 0.6
_NO_NUMBER = re.compile(r"找不到|不知道|不清楚|不记得|想不起|忘了|没有|没了|不想|懒得|不给|不方便")
_MOMENT = re.compile(
    r"^(好的?|嗯+|行|哦|那|你|请|您|先|\W)*(等(一?下|会儿?|我)|稍等|马上(拍|找|发|给)|我?(去|来|先)?(找找|找一下|拍一下|翻翻|翻一下))"
    r"|(晚点|待会儿?|等会儿?|一会儿?|回头|下班|回家)(我?再?)(拍|发|传|补|找|给)"
    r"|\b(just a|one) (moment|minute|second)\b",
    re.I,
)
_NOTHING_MORE = re.compile(r"^\W*(没了|没有了?|没别的|就这些?|就这样|不拍了|拍不了)\W*$")
_BESIDE = re.compile(r"^\W*(还有|另外|而且|再说|对了|顺便|顺带)")
_TAKES_BACK = re.compile(r"^\W*(啊|哦|噢|呃|额|等下)?\W*(不是|不对|不，|搞错|弄错|看错|说错|讲错)")
_COURTESY = ("chat.affirm", "chat.thanks", "chat.greet", "chat.goodbye", "chat.bot_challenge")


def open_claim(turn: Turn) -> Decision | None:
    """The decision on the open dispute or case; None when there is none."""
    opened = turn.matter.open
    if opened is None or not turn.is_claim(opened.label):
        return None
    if not turn.is_question:
        turn = goods_back.heard(turn, opened.label)  # 不退货，补点钱就行: also where the rest is answered beside the matter.
    # A question is answered beside an open claim even where the claim guard has doubts: people get the claim in any case.
    asks = turn.is_faq(turn.u.label) and turn.confidence >= turn.books.thresholds.answer_confidence
    if asks_for_time(turn, opened):
        return _beside(turn, opened, (turn.line("no_hurry"),), remind=False)
    if opened.waits_for in ("photos", "detail") and not turn.facts.images and _NOTHING_MORE.search(turn.words):
        return claims.finish(replace(turn, answering=True), opened, turn.order, "refused")
    if opened.waits_for == "order_no" and turn.only_pictures and turn.order is None and not opened.reminded:
        given = opened.given if "photos" in opened.given else (*opened.given, "photos")
        return _beside(turn, replace(opened, given=given), (turn.line("photo_received"),))
    turn = replace(turn, answering=_answers(turn, opened))
    if (turn.sure or asks) and not turn.answering:
        if turn.label == "chat.deny":
            return claims.finish(turn, opened, turn.order, "refused")
        aside = _aside(replace(turn, picked=turn.u.label) if asks else turn)
        if aside is not None:
            return _beside(turn, opened, aside)
    if _another(turn, opened):
        vague = opened.confidence < SURE_OF_ANOTHER and not _BESIDE.match(turn.words)
        if vague or _TAKES_BACK.match(turn.words):
            opened = replace(opened, label=turn.label, confidence=turn.confidence)  # The first words were vague or taken back; these are clear.
        else:
            turn = replace(turn, matter=replace(turn.matter, kept=tuple(dict.fromkeys((*turn.matter.kept, turn.label)))))
    return claims.go_on(turn, opened)


def _answers(turn: Turn, opened: Open) -> bool:
    """Whether the message is an answer to the open question, whatever label its words resemble."""
    if turn.named or turn.stray or turn.facts.images:
        return True
    if opened.waits_for == "order_no":
        return _keeps_back(turn, opened) or (turn.chosen_by_words() is not None and not turn.is_question)
    if opened.waits_for == "photos":
        return claims.has_no_pictures(turn)
    if opened.waits_for == "detail":
        told = turn.label not in _COURTESY and turn.label != "chat.deny"
        return told and not turn.is_question
    return False


def _keeps_back(turn: Turn, opened: Open) -> bool:
    """订单号找不到了: no number, but no end of the matter and no new one either."""
    return opened.waits_for == "order_no" and turn.label != "chat.deny" and bool(_NO_NUMBER.search(turn.words)) and len(turn.u.text) < 16


def asks_for_time(turn: Turn, opened: Open) -> bool:
    """等一下我拍, 等我找找: neither an answer nor anything else."""
    if turn.named or turn.stray or turn.facts.images or opened.waits_for is None:
        return False
    return len(turn.u.text) < 14 and not turn.is_question and bool(_MOMENT.search(turn.words))


def _aside(turn: Turn) -> tuple[str, ...] | None:
    """What to say to a message that does not answer the open question; None when it may be an answer."""
    if turn.is_faq(turn.label) or turn.label == "out_of_scope":
        return turn.script(turn.label, turn.order)
    if turn.label in ("chat.affirm", "chat.thanks", "chat.greet"):
        return (turn.line("noted"),)
    if turn.label in ("chat.bot_challenge", "chat.goodbye"):
        return turn.script(turn.label, None)
    return None


def _beside(turn: Turn, opened: Open, aside: tuple[str, ...], *, remind: bool = True) -> Decision:
    """Answer what was asked beside the matter and lead back to it; one time too often, and people take it as it is."""
    if opened.reminded >= SIDE_STEPS:
        return claims.finish(turn, opened, turn.order, "no_answer", aside)
    matter = replace(turn.matter, open=replace(opened, reminded=opened.reminded + 1))
    lines: list[Line | str] = [*aside, *([claims.reminder(turn, opened)] if remind else ())]
    # What is said beside the matter is answered; after a picture the question stands again.
    action = ANSWER if turn.is_faq(turn.label) or turn.label.startswith("chat.") or turn.label == OUT_OF_SCOPE or not remind else ASK
    return turn.say(action, lines, matter=matter, about=turn.label, ask=[opened.waits_for] if opened.waits_for else ())


def _another(turn: Turn, opened: Open) -> bool:
    """Whether the message brings a second dispute or case, of another kind than the open one."""
    if not (turn.is_claim(turn.label) and turn.sure and turn.confidence >= SURE_OF_ANOTHER) or turn.label == opened.label:
        return False
    # An answer uses words of many matters: only 还有… makes it a second one.
    if turn.answering and not _BESIDE.match(turn.words):
        return False
    rows = turn.books.taxonomy.labels
    return rows[turn.label].of is None or rows[turn.label].of != rows[opened.label].of
