"""decide(): one message, the facts and the memory of the conversation to what the bot says and does. Pure.

The steps stand in order of precedence; the first that returns a decision wins.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.desk.plans import answer_in
from bot.desk.severity import ANGER
from bot.model import Decision, Facts, Line, Understanding
from bot.playbooks import announced, claims, faq, rating, scenes
from bot.playbooks.goods_answer import goods_answer
from bot.playbooks.guide_answer import guide_answer
from bot.playbooks.matter import Matter, Open, buyer_ref
from bot.playbooks.model import Playbooks
from bot.playbooks.negotiate import haggling
from bot.playbooks.open_claim import asks_for_time, open_claim
from bot.playbooks.turn import ANSWER, ASK, INFORM, PICTURE_MARK, Turn, with_order
from bot.playbooks.unsure import tongue_tied, unsure
from bot.playbooks.writing import simplified, writing_of
from bot.taxonomy import OUT_OF_SCOPE

SHARP = frozenset({"insult", "capitals", "punctuation"})
_SETTLED = re.compile(r"^\s*(不用|不需要|不麻烦|没事|没有了|没了|暂时没|算了没事|好的?不用)")
_WANTS = re.compile(
    r"(发|给|告诉|报|说|念|透露)(给|一下)?我([。，,.！!？?吧呗啊呀哦看听一]|$)|帮我?(查|看|找)|查(一下|下|查)|列出|导出|打印"
)
_CANNOT = re.compile(r"没有?.{0,6}(按钮|入口|选项|这个键)|点不(了|动|开)|找不到.{0,6}(按钮|入口|选项|在哪)|(申请|提交|修改)不(了|上)|点了?没(反应|用)")
_ONLY_ORDER = re.compile(r"^\W*(那|是|查|还有)?(我)?尾号\D{0,3}\d{3,12}(的|那|这|个|单|笔|呢|啊|吧)*\W*$")
DETAIL_CHARS = 6
"""An answer of this length that names no order holds details (an address, a title) that a person must use."""
_CLEAR_SHARE, _CLEAR_LEAST = 0.5, 0.05


def decide(u: Understanding, facts: Facts, books: Playbooks, memory: Any = None) -> Decision:
    """What the bot says and does on this message; `memory` is the `matter` of the decision before (or None)."""
    matter = Matter.from_json(memory)
    buyer = buyer_ref(facts.buyer_id)
    if matter.buyer and buyer and matter.buyer != buyer:
        matter = Matter(writing=matter.writing)
    matter = replace(matter, buyer=buyer or matter.buyer)
    # What a button sends is ours and shows no writing of the customer's.
    words = "" if rating.is_answer(u.text) or answer_in(u.text) else PICTURE_MARK.sub("", u.text)
    matter = replace(matter, writing=writing_of(words, matter.writing), turns=matter.turns + 1)
    if facts.images and matter.open is None:
        matter = replace(matter, images=matter.images + facts.images)
    turn = Turn(u, facts, books.in_phase(facts.phase), matter, picked=dict(matter.offered).get(simplified(u.text.strip())))
    for step in STEPS:
        decision = step(turn)
        if decision is not None:
            return scenes.completed(turn, decision)
    return unsure(turn)


def _plan_button(turn: Turn) -> Decision | None:
    """The button of a plan, while the bot has the conversation: the desk's notice has told that it answers nothing any more."""
    return turn.say(ANSWER, ()) if answer_in(turn.u.text) else None


def _refuse(turn: Turn) -> Decision | None:
    """Others' data never, whoever asks; scripts cannot be talked out of (playbook §1, architecture §10)."""
    name = "refuse_private" if "other_person" in turn.u.tone else "refuse_injection" if "injection" in turn.u.tone else None
    if name is None:
        return None
    # 你们把我电话给别人了 speaks of others too: a leak goes to the supervisor, a wish for others' data does not.
    if name == "refuse_private" and turn.label == "case.privacy" and turn.sure and not _WANTS.search(turn.words):
        return None
    return turn.say(ANSWER, [turn.line(name), *_back_to_open(turn)])


def _human(turn: Turn) -> Decision | None:
    if not ("human" in turn.u.tone or (turn.label == "chat.human" and turn.sure)):
        return None
    opened = turn.matter.open
    about = opened.label if opened else turn.matter.script or _said_beside(turn) or rating.rated_matter(turn) or "chat.human"
    return turn.hand_over(about, "human", [turn.line("human_hand_off")], opened=opened, order=turn.order)


def _said_beside(turn: Turn) -> str | None:
    """转人工，我要催退款: the matter beside the wish for a person, where what is left of the chances is clear about it."""
    left = 1.0 - dict(turn.u.guesses).get("chat.human", 0.0)
    label, chance = next(((label, chance) for label, chance in turn.u.guesses if label != "chat.human"), ("", 0.0))
    clear = chance >= max(_CLEAR_LEAST, _CLEAR_SHARE * left)
    return label if clear and (turn.is_claim(label) or turn.is_faq(label)) else None


def _escalation(turn: Turn) -> Decision | None:
    label = "dispute.escalation"
    if turn.label != label and not ("threat" in turn.u.tone and turn.label2 == label):
        return None
    if turn.label == label and "threat" not in turn.u.tone and (turn.vague or not turn.sure):
        return None
    opened = Open(label, confidence=turn.confidence, soothed=False, given=turn.matter.open.given if turn.matter.open else ())
    return claims.finish(turn, opened, turn.order, "escalation")


def _anger(turn: Turn) -> Decision | None:
    """Insults, capitals: no haggling, a person takes it (playbook §8)."""
    angry = bool(turn.u.tone & ANGER)
    if not (angry or (turn.label == "chat.abuse" and turn.sure)):
        return None
    opened, script = turn.matter.open, turn.matter.script or rating.rated_matter(turn)
    if turn.is_claim(turn.label) and turn.sure and not opened:
        return None
    if opened and turn.is_claim(opened.label):
        return claims.finish(turn, claims.gather(turn, opened, turn.order), turn.order, "anger", (turn.line("anger_hand_off"),))
    about = (turn.label if turn.is_faq(turn.label) and turn.sure else None) or (opened.label if opened else script)
    if about is None:
        return turn.hand_over("chat.abuse", "anger", turn.script("chat.abuse", None))
    return faq.unsatisfied(turn, about, reason="anger")


def _correction(turn: Turn) -> Decision | None:
    """不对，我是说换货: the new matter replaces the open one and what was said before."""
    clear = turn.sure or turn.confidence >= turn.books.thresholds.answer_confidence
    if "correction" not in turn.u.tone or not clear or not (turn.is_claim(turn.label) or turn.is_faq(turn.label)):
        return None
    fresh = replace(turn, matter=replace(turn.matter, open=None, script=None, answered=(), unsure=0, offered=()))
    return _matter_at_hand(fresh, (turn.line("switch", matter=turn.title(turn.label)),))


def _open_faq(turn: Turn) -> Decision | None:
    """A script that waits for the order's number, or for what becomes of the goods."""
    opened = turn.matter.open
    if opened is None:
        return None
    waits = [opened.waits_for or "order_no"]
    if asks_for_time(turn, opened):
        return turn.say(ANSWER, [turn.line("no_hurry")], ask=waits)
    answers = turn.named or turn.stray or (turn.chosen_by_words() is not None and not turn.is_question)
    if turn.sure and turn.label == OUT_OF_SCOPE and not answers:
        return turn.say(ANSWER, [*turn.script(turn.label, None), claims.reminder(turn, opened)], ask=waits)
    other = turn.sure and turn.label != opened.label and not turn.label.startswith("chat.")
    if other and not answers:
        kept = tuple(dict.fromkeys((*turn.matter.kept, opened.label)))
        return _matter_at_hand(replace(turn, matter=replace(turn.matter, open=None, kept=kept)))
    if turn.sure and turn.label in ("chat.thanks", "chat.goodbye", "chat.bot_challenge", "chat.greet"):
        return turn.say(ANSWER, [*turn.script(turn.label, None), claims.reminder(turn, opened)], ask=waits)
    return faq.answer(turn, opened.label, opened=opened)


def _picture(turn: Turn) -> Decision | None:
    """A picture with no words, or with words that name nothing (你看): what is wrong with it?"""
    says_nothing = not turn.sure or turn.label == OUT_OF_SCOPE or turn.label.startswith("chat.")
    if not turn.facts.images or not (turn.only_pictures or says_nothing):
        return None
    return turn.say(ASK, [turn.line("photo_unasked")], ask=["detail"])


def _other_order(turn: Turn) -> Decision | None:
    """不对 是5126…, 另一个呢: the script again, for the order that is meant now."""
    script = turn.matter.script
    if not script or turn.other_order is None:
        return None
    same = turn.label in (script, "chat.deny", "chat.inform_order", "chat.affirm") or not turn.sure or _ONLY_ORDER.match(turn.words)
    return faq.answer(replace(turn, matter=with_order(turn.matter, turn.other_order)), script) if same else None


def _stuck(turn: Turn) -> Decision | None:
    """没有退款按钮 after the steps, or the details that a script asked for: a person has to do it."""
    script = turn.matter.script
    if not script or turn.named or turn.stray:
        return None
    if _CANNOT.search(turn.words) and (turn.is_faq(turn.label) or not turn.sure):
        return faq.unsatisfied(turn, script)
    if turn.label == INFORM and turn.sure and len(turn.words.strip()) >= DETAIL_CHARS:
        return turn.hand_over(script, "details", [turn.line("details_hand_off")], order=turn.order)
    return None


def _number(turn: Turn) -> Decision | None:
    """Nothing but a number: to the script before it, else what is it about?"""
    if turn.label != "chat.inform_order" or not turn.sure:
        return None
    known = turn.named or (None if turn.stray else turn.order or turn.chosen_by_words())
    if known is None and not turn.stray:
        return turn.say(ASK, [Line(turn.line("ask_order"), turn.order_buttons())], ask=["order_no"])
    if turn.stray and turn.facts.orders_down:
        return turn.say(ASK, [turn.line("orders_down")], ask=["detail"])
    if turn.stray and turn.checkable:
        return turn.say(ASK, [Line(claims.wrong_line(turn), turn.order_buttons())], ask=["order_no"])
    script = turn.matter.script
    if script and known and (turn.named or turn.other_order):
        return faq.answer(replace(turn, matter=with_order(turn.matter, known)), script)
    lines = faq.with_buttons(turn.script(turn.label, known), turn.buttons(turn.label, known))
    return turn.say(ASK, lines, matter=with_order(turn.matter, known), ask=["detail"], order=known)


def _chat(turn: Turn) -> Decision | None:
    label = turn.label
    if not turn.sure or not (label.startswith("chat.") or label == "out_of_scope"):
        return None
    settled = label in ("chat.affirm", "chat.thanks") or (label == "chat.deny" and _SETTLED.match(turn.words))
    if label == "chat.deny" and not settled:
        # 没有 to 帮上您了吗 is no leave.
        about = turn.matter.script or rating.rated_matter(turn)
        if about:
            return faq.unsatisfied(turn, about)
        if turn.matter.unsure:
            return unsure(turn)
    if label in ("chat.affirm", "chat.inform_order") and turn.matter.unsure and not turn.matter.script:
        return unsure(turn)  # 对 to three guesses, 就是那个: no answer to what it is about.
    if settled and turn.matter.kept and label != "chat.deny":
        return _take_up(turn)
    lines: tuple[str, ...] = turn.script(label, None)
    if label == "chat.affirm" and turn.matter.script:
        lines = (turn.line("resolved"),)
    matter = replace(turn.matter, script=None, answered=(), offered=(), kept=()) if settled or label == "chat.goodbye" else turn.matter
    said = turn.say(ANSWER, faq.with_buttons(lines, turn.buttons(label, None)), matter=replace(matter, unsure=0))
    return rating.asked(turn, said)


def _take_up(turn: Turn) -> Decision:
    """The first matter is settled; now the one that was kept."""
    label, *rest = turn.matter.kept
    then = replace(turn, matter=replace(turn.matter, kept=tuple(rest), script=None, offered=()))
    return _treat(then, label, (turn.line("second_taken", matter=turn.title(label)),))


def _topic(turn: Turn) -> Decision | None:
    script = turn.matter.script
    if turn.vague:
        return faq.unsatisfied(turn, str(script))
    if not turn.sure and script:
        if turn.u.tone & SHARP:
            return faq.unsatisfied(turn, script)
        chosen = turn.chosen_by_words()
        return faq.answer(replace(turn, matter=with_order(turn.matter, chosen)), script) if chosen else None
    return _matter_at_hand(turn) if turn.sure else None


def _matter_at_hand(turn: Turn, first: tuple[str, ...] = ()) -> Decision | None:
    """The message's own matter: a faq's script or a claim's questions."""
    if turn.is_faq(turn.label):
        if faq.is_repeated(turn) or (turn.u.tone & SHARP and turn.matter.script):
            return faq.unsatisfied(turn, turn.label)
    elif not turn.is_claim(turn.label):
        return _chat(turn)
    return _treat(turn, turn.label, first)


def _treat(turn: Turn, label: str, first: tuple[str, ...]) -> Decision:
    kept = tuple(k for k in turn.matter.kept if k != label)
    # What was said of the goods, and the guide, hold from one question to the next; a claim is a matter of its own.
    before = replace(turn.matter, goods=None, guide=None) if turn.is_claim(label) else turn.matter
    turn = replace(turn, matter=replace(before, unsure=0, offered=(), kept=kept, haggle=None, reasoned=False))
    told = announced.answer(turn, label, first)
    if told is not None:
        return told
    if turn.is_claim(label):
        decision = claims.start(turn, label, first=first)
        second = turn.label2 if turn.label == label else None
        if second and (turn.is_claim(second) or turn.is_faq(second)):
            return faq.with_second(turn, decision, second)
        return decision
    return faq.answer(turn, label, first=first)


def _back_to_open(turn: Turn) -> list[Line | str]:
    return [claims.reminder(turn, turn.matter.open)] if turn.matter.open else []


STEPS: tuple[Callable[[Turn], Decision | None], ...] = (
    rating.answered,
    _plan_button,
    _refuse,
    _human,
    _escalation,
    haggling,
    _anger,
    scenes.wants_again,
    _correction,
    goods_answer,
    guide_answer,
    open_claim,
    _open_faq,
    _picture,
    tongue_tied,
    _other_order,
    _stuck,
    _number,
    _chat,
    _topic,
)
