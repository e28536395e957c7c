"""A hand-off: the ticket that people find, and the lines that the customer reads. Pure: time and facts are arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.desk import offers
from bot.desk.commitments import scripted
from bot.desk.duties import Pace, opened
from bot.desk.evidence import PHOTOS
from bot.desk.refunds import is_agreed, path_of, wrong_kind
from bot.desk.routing import SUPERVISOR, route, staffed
from bot.desk.scenes import Scene, scene_of, with_proof
from bot.desk.severity import ANGER, Graded, Signs, grade, graver
from bot.desk.sla import Situation, clock, look, moments, response_rule, response_rule_en, rule_for
from bot.desk.terms import has_left, is_returned
from bot.model import JSON, Announced, Conversation, Decision, Facts, HandOff, Message, Order, Severity, Ticket, TicketState
from bot.nlu.text import mask
from bot.services.desk_rules import DeskRules
from bot.services.hearing import Heard, is_claim
from bot.stores.codec import evidence_json, evidence_of
from bot.taxonomy import Taxonomy
from bot.ticket_parts import Duty, Evidence

WORDS_KEPT = 200
NOTHING = Heard()
STATES_ZH = {
    "unpaid": "未付款", "paid": "已付款未发货", "shipped": "已发货", "signed": "已签收", "return_requested": "已申请退货",
    "return_shipped": "退货寄回中", "return_signed": "仓库已签收退货", "refunded": "已退款", "closed": "已关闭",
}  # fmt: skip
SLOTS_ZH = {"order_no": "订单号", "photos": "照片", "detail": "情况说明", "tracking_no": "快递单号", "goods_back": "货退不退"}
TONE_ZH = {
    "insult": "辱骂", "capitals": "激动（大写）", "punctuation": "激动", "threat": "要投诉或曝光", "human": "要求人工", "safety": "说到人身安全",
}  # fmt: skip
SAID_BEFORE = "本次会话里先前已升级"
SEVERITY_ZH = {Severity.MINOR: "轻微", Severity.NORMAL: "一般", Severity.SERIOUS: "严重"}
REASONS_ZH = {
    "claim": "争议", "gathered": "已收集完", "human": "要求人工", "anger": "情绪激动", "escalation": "要投诉", "safety": "人身安全",
    "unsure": "没听懂", "unsatisfied": "对答复不满意", "slow": "机器人太慢", "failed": "机器人出错", "refused": "不愿提供更多",
    "no_answer": "没有回答", "state": "订单状态需要人处理", "details": "发来了要人办的资料",
    "taken_over": "主管接管", "reopened": "办结后重开", "disabled": "客服账号停用",
}  # fmt: skip


def desk_decision(rules: DeskRules, conversation: Conversation, phase: str, reason: str, heard: Heard = NOTHING) -> Decision:
    """The hand-off that the desk itself decides, without a turn: to the group of the matter at hand, or of what was heard."""
    # A matter that is open stays what it is; a label that an earlier ticket left behind gives way.
    keeps = is_claim(conversation.label) and conversation.ticket_id is None
    label = (conversation.label if keeps else heard.label or conversation.label) or "chat.human"
    second = next((name for name in (heard.label, heard.label2) if name and name not in (label, "chat.abuse")), None)
    group = route(rules.taxonomy, label, phase)
    confidence = heard.confidence if label == heard.label else 0.0
    ticket: JSON = {
        "label": label, "label2": second, "confidence": confidence, "tone": sorted(heard.tone), "base": heard.base(label).value,
    }  # fmt: skip
    return Decision(
        action="hand_off", label=label, label2=second, confidence=confidence, lines=(), severity=heard.severity(label, rules.severity),
        group=group, hand_off=HandOff(group, reason), ticket=ticket,
    )  # fmt: skip


def open_ticket(
    decision: Decision,
    conversation: Conversation,
    message: Message,
    facts: Facts,
    *,
    ticket_id: str,
    rules: DeskRules,
    said: Sequence[str] = (),
    earlier: Sequence[datetime] = (),
    pictures: Sequence[int] = (),
) -> Ticket:
    """The ticket of a hand-off: group after phase and fallback, path, due time, duties, severity with its reasons, summary.

    `said` is what the bot told before this turn; the lines of the decision are added. `earlier` are the times of this customer's
    tickets before. facts.on_duty tells who is there, facts.announced what is going on. `pictures` are the numbers of the customer's
    messages with pictures since the bot has the matter.
    """
    extra, now = decision.ticket, facts.now
    label = str(extra.get("label") or decision.label)
    wanted = decision.hand_off.group if decision.hand_off else decision.group
    going_on = _going_on(facts, label)
    if going_on is not None and not extra.get("goes_on"):
        wanted = going_on.group
    group = staffed(rules.taxonomy, wanted, facts.phase) if wanted else route(rules.taxonomy, label, facts.phase)
    order = matters_order(facts, extra.get("order_no"))
    goods_back = extra.get("goods_back")
    path = path_of(rules.refunds, label, order, message.text, goods_back)
    if path is None and decision.path is not None:
        path = decision.path
    open_now, on_duty = rules.staffing.open_now(group, facts.phase, now), facts.on_duty.get(group, 0)
    due_at, warn_at = moments(clock(rules.deadlines, group=group, path=path, on_duty=on_duty, open_now=open_now), now)
    rule = rule_for(rules.deadlines, situation(rules, label, group, path, order, message.text, now, goods_back))
    graded = _graded(rules, decision, label, order, earlier, now)
    second = extra.get("label2", decision.label2)
    scene = scene_of(rules.scenes, label, order, now, rules.deadlines.terms, label2=second)
    ticket = Ticket(
        id=ticket_id,
        conversation=conversation.id,
        label=label,
        group=group,
        state=TicketState.WAITING,
        opened_at=now,
        due_at=due_at,
        severity=graded.level,
        severity_reasons=graded.reasons,
        label2=second,
        confidence=float(extra.get("confidence") or decision.confidence),
        reason=decision.hand_off.reason if decision.hand_off else "",
        path=path,
        buyer_id=message.buyer_id or conversation.buyer_id or facts.buyer_id,
        order_no=extra.get("order_no"),
        evidence=with_proof(_evidence(extra, message, pictures), scene, label),
        said=(*said, *(line.text for line in decision.lines)),
        promised=tuple(
            scripted(
                row, number=number, ticket_id=ticket_id, group=group, now=now, is_workday=rules.staffing.days.is_workday
            ).to_json()
            for number, row in enumerate(extra.get("promised", ()), 1)
        ),
        response_rule=response_rule(rules.deadlines, rule, open_now=open_now),
        response_rule_en=response_rule_en(rules.deadlines, rule, open_now=open_now),
        previous=conversation.ticket_id,
        goods_back=goods_back,
        negotiation=extra.get("negotiation"),
        steps=(going_on.step,) if going_on else (),
        scene=scene.id if scene else None,
    )
    ticket = replace(ticket, duties=opened(rule.duties, ticket, warn_at=warn_at, pace=pace(rules, group, facts.phase, facts.on_duty, now)))
    told = summary(ticket, decision, message, order, rules.taxonomy, scene)
    return replace(ticket, summary=f"{going_on.about}\n{told}" if going_on else told)


def as_before(decision: Decision, before: Ticket, reason: str) -> Decision:
    """The matter goes on where it ended: label, order, evidence and promises are those of the ticket before."""
    ticket: JSON = {
        **decision.ticket, "base": before.severity.value, "severity_reasons": list(before.severity_reasons),
        "label": before.label, "label2": before.label2, "confidence": before.confidence,
        "order_no": before.order_no, "goods_back": before.goods_back, "negotiation": before.negotiation, "goes_on": True,
        "promised": [row for row in before.promised if not row.get("done")],
        "evidence": [evidence_json(piece) for piece in before.evidence],
    }  # fmt: skip
    hand_off = HandOff(before.group, reason)
    return replace(
        decision, label=before.label, label2=before.label2, severity=before.severity, path=before.path, ticket=ticket, hand_off=hand_off
    )


def _going_on(facts: Facts, label: str) -> Announced | None:
    """The announcement that the matter is about: it has the label, or it concerns a customer who named no matter."""
    bare = label.startswith("chat.")
    return next((one for one in facts.announced if label in one.labels or (bare and one.concerned)), None)


def pace(rules: DeskRules, group: str, phase: str, on_duty: Mapping[str, int], now: datetime) -> Pace:
    """How soon the group does things now: by its hours, and by who is there."""
    look_s = None if rules.staffing.open_now(group, phase, now) else look(rules.deadlines, on_duty.get(group, 0)).due_s
    return Pace(look_s, supervisor_there=on_duty.get(SUPERVISOR, 0) > 0)


def word_duty(rules: DeskRules, ticket: Ticket) -> Duty:
    """A supervisor's duty to answer an offer, for a ticket whose rule has none."""
    clocks = rules.deadlines.clocks
    return offers.word_duty(clocks["supervisor_present"], clocks["supervisor_absent"], [duty.id for duty in ticket.duties])


def situation(
    rules: DeskRules, label: str, group: str, path: int | None, order: Order | None, text: str, now: datetime,
    goods_back: bool | None = None,
) -> Situation:  # fmt: skip
    """The matter as the response rules see it."""
    if order is None:
        return Situation(label, group, path)
    terms = rules.deadlines.terms
    return Situation(
        label, group, path, breach=terms.shipped_late(order, now), shipped=has_left(order), agreed=is_agreed(order),
        wrong_kind=wrong_kind(rules.refunds, label, order, text, goods_back),
        past_return=terms.past_return(order, now), returned=is_returned(order), refunded=order.state == "refunded",
    )  # fmt: skip


def _graded(
    rules: DeskRules, decision: Decision, label: str, order: Order | None, earlier: Sequence[datetime], now: datetime
) -> Graded:
    """The level with what only the record and the order know; never below what the decision said."""
    extra, reason = decision.ticket, decision.hand_off.reason if decision.hand_off else ""
    tone = frozenset(extra.get("tone", ())) | (ANGER if reason == "anger" else frozenset())
    signs = Signs(label, tone, hand_off=reason, amount_fen=order.amount_fen if order else None, earlier=earlier, now=now, not_helped=bool(extra.get("again")))
    found = grade(rules.severity, Severity(extra.get("base", decision.severity.value)), signs)
    graver_before = decision.severity.rank < found.level.rank
    known = extra.get("severity_reasons", [SAID_BEFORE] if graver_before else [])
    return Graded(graver(decision.severity, found.level), tuple(dict.fromkeys((*known, *found.reasons))))


def matters_order(facts: Facts, order_no: str | None) -> Order | None:
    """The order by its number, else the buyer's only one: the path must not wait for a number that nobody typed."""
    if order_no:
        return next((order for order in facts.orders if order.order_no == order_no), None)
    return facts.orders[0] if len(facts.orders) == 1 else None


def _evidence(extra: JSON, message: Message, pictures: Sequence[int]) -> tuple[Evidence, ...]:
    """What the case needs. Pictures belong to what the bot asked pictures of: those of the turns before this one, too, and those
    that are still in its mailbox."""
    brought = tuple(dict.fromkeys((*pictures, *((message.no,) if message.images else ()))))
    found = []
    for row in extra.get("evidence", ()):
        piece = evidence_of(row)
        asked = row.get("slot") == PHOTOS and bool(brought)
        if (piece.have or asked) and not piece.refs:
            piece = replace(piece, have=True, refs=tuple(f"no:{no}" for no in brought))
        found.append(piece)
    return tuple(found)


def summary(
    ticket: Ticket, decision: Decision, message: Message, order: Order | None, taxonomy: Taxonomy, scene: Scene | None = None
) -> str:
    """For the agent, in Chinese, a line each: who, what, which order, what was asked and given, tone, last words (masked)."""
    extra = decision.ticket
    about = taxonomy.zh(ticket.label) if ticket.label in taxonomy.labels else ticket.label
    second = f"，另有：{taxonomy.zh(ticket.label2)}" if ticket.label2 and ticket.label2 in taxonomy.labels else ""
    lines = [
        f"顾客：{'已核身买家' if ticket.buyer_id else '未核身访客'}",
        f"事由：{about}{second}（{SEVERITY_ZH[ticket.severity]}；{REASONS_ZH.get(ticket.reason, ticket.reason)}）",
        f"订单：{_order_words(order)}" if order else f"订单：{extra.get('unverified_number') or '未提供'}（未核实）",
    ]
    if ticket.severity_reasons:
        lines.append(f"严重程度：{SEVERITY_ZH[ticket.severity]}（{'、'.join(ticket.severity_reasons)}）")
    if scene:
        lines.append(f"容易介入的场景：{scene.zh}")
    if ticket.path:
        lines.append(f"退款路径：{ticket.path}")
    if extra.get("goods_back") is not None:
        lines.append(f"货退不退：{'要退货' if extra['goods_back'] else '不退货'}（顾客说的）")
    asked = [SLOTS_ZH.get(slot, slot) for slot in extra.get("asked", ())]
    given = [SLOTS_ZH.get(slot, slot) for slot in extra.get("given", ())]
    if asked or given:
        lines.append(f"问过：{'、'.join(asked) or '无'}；给了：{'、'.join(given) or '无'}")
    missing = [f"{e.what}（{_who(e.bring)}）" for e in ticket.evidence if not e.have]
    if missing:
        lines.append(f"还缺：{'、'.join(missing)}")
    tone = [TONE_ZH[name] for name in extra.get("tone", ()) if name in TONE_ZH]
    if tone:
        lines.append(f"语气：{'、'.join(tone)}")
    if extra.get("summary"):
        lines.append(str(extra["summary"]))
    words = mask(" ".join(message.text.split()))
    lines.append(f"最后一句：{words[:WORDS_KEPT]}{'…' if len(words) > WORDS_KEPT else ''}")
    return "\n".join(lines)


def _order_words(order: Order) -> str:
    title = f"{order.items[0].get('title', '')} " if order.items else ""
    return f"{title}尾号 {order.order_no[-4:]}，{STATES_ZH.get(order.state, order.state)}，{order.amount_fen / 100:.2f} 元"


def _who(bring: str) -> str:
    return {"customer": "顾客", "shop": "店铺", "courier": "快递"}.get(bring, bring)
