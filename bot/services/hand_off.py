"""A hand-off: the ticket that people find, and the lines that the customer reads. Pure: time and facts are arguments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.desk.refunds import path_of, shipped_late
from bot.desk.routing import route, staffed
from bot.desk.sla import due_at, response_rule
from bot.model import (
    JSON,
    Conversation,
    Decision,
    Evidence,
    Facts,
    HandOff,
    Message,
    Order,
    Severity,
    Ticket,
    TicketState,
)
from bot.nlu.text import mask
from bot.services.desk_rules import DeskRules
from bot.services.hearing import Heard, is_claim
from bot.taxonomy import Taxonomy

WORDS_KEPT = 200
NOTHING = Heard()
STATES_ZH = {
    "unpaid": "未付款", "paid": "已付款未发货", "shipped": "已发货", "signed": "已签收", "return_requested": "已申请退货",
    "return_shipped": "退货寄回中", "return_signed": "仓库已签收退货", "refunded": "已退款", "closed": "已关闭",
}  # fmt: skip
SLOTS_ZH = {"order_no": "订单号", "photos": "照片", "detail": "情况说明", "tracking_no": "快递单号"}
TONE_ZH = {
    "insult": "辱骂", "capitals": "激动（大写）", "punctuation": "激动", "threat": "要投诉或曝光", "human": "要求人工", "safety": "说到人身安全",
}  # fmt: skip
SEVERITY_ZH = {Severity.MINOR: "轻微", Severity.NORMAL: "一般", Severity.SERIOUS: "严重"}
REASONS_ZH = {
    "claim": "争议", "gathered": "已收集完", "human": "要求人工", "anger": "情绪激动", "escalation": "要投诉", "safety": "人身安全",
    "unsure": "没听懂", "unsatisfied": "对答复不满意", "slow": "机器人太慢", "failed": "机器人出错", "refused": "不愿提供更多",
    "no_answer": "没有回答", "state": "订单状态需要人处理", "details": "发来了要人办的资料",
    "taken_over": "主管接管", "reopened": "办结后重开",
}  # fmt: skip


def desk_decision(taxonomy: Taxonomy, conversation: Conversation, phase: str, reason: str, heard: Heard = NOTHING) -> Decision:
    """The hand-off that the desk itself decides, without a turn: to the group of the matter at hand, or of what was heard."""
    # A matter that is open stays what it is; a label that an earlier ticket left behind gives way.
    keeps = is_claim(conversation.label) and conversation.ticket_id is None
    label = (conversation.label if keeps else heard.label or conversation.label) or "chat.human"
    second = next((name for name in (heard.label, heard.label2) if name and name not in (label, "chat.abuse")), None)
    group = route(taxonomy, label, phase)
    confidence = heard.confidence if label == heard.label else 0.0
    ticket: JSON = {"label": label, "label2": second, "confidence": confidence, "tone": sorted(heard.tone)}
    return Decision(
        action="hand_off", label=label, label2=second, confidence=confidence, lines=(), severity=heard.severity(label), group=group,
        hand_off=HandOff(group, reason), ticket=ticket,
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
) -> Ticket:
    """The ticket of a hand-off: group after phase and fallback, path, due time, response rule, summary.

    `said` is what the bot told before this turn; the lines of the decision are added. facts.on_duty tells who is there.
    """
    extra = decision.ticket
    label = str(extra.get("label") or decision.label)
    wanted = decision.hand_off.group if decision.hand_off else decision.group
    group = staffed(rules.taxonomy, wanted, facts.phase) if wanted else route(rules.taxonomy, label, facts.phase)
    order = _order(facts, extra.get("order_no"))
    path = path_of(rules.refunds, label, order, message.text)
    if path is None and decision.path is not None:
        path = decision.path
    now, open_now = facts.now, rules.staffing.open_now(group, facts.phase, facts.now)
    breach = order is not None and shipped_late(order, now, rules.deadlines.late_shipping_h)
    ticket = Ticket(
        id=ticket_id,
        conversation=conversation.id,
        label=label,
        group=group,
        state=TicketState.WAITING,
        opened_at=now,
        due_at=due_at(rules.deadlines, group=group, path=path, on_duty=facts.on_duty.get(group, 0), open_now=open_now, now=now),
        severity=decision.severity,
        label2=extra.get("label2", decision.label2),
        confidence=float(extra.get("confidence") or decision.confidence),
        reason=decision.hand_off.reason if decision.hand_off else "",
        path=path,
        buyer_id=message.buyer_id or conversation.buyer_id or facts.buyer_id,
        order_no=extra.get("order_no"),
        evidence=_evidence(extra, message),
        said=(*said, *(line.text for line in decision.lines)),
        promised=tuple(extra.get("promised", ())),
        response_rule=response_rule(rules.deadlines, label=label, path=path, breach=breach, group=group, open_now=open_now),
        previous=conversation.ticket_id,
    )
    return replace(ticket, summary=summary(ticket, decision, message, order, rules.taxonomy))


def _order(facts: Facts, order_no: str | None) -> Order | None:
    """The order by its number, else the buyer's only one: the path must not wait for a number that nobody typed."""
    if order_no:
        return next((order for order in facts.orders if order.order_no == order_no), None)
    return facts.orders[0] if len(facts.orders) == 1 else None


def _evidence(extra: JSON, message: Message) -> tuple[Evidence, ...]:
    found = []
    for row in extra.get("evidence", ()):
        refs = tuple(row.get("refs", ()))
        if row.get("have") and message.images and not refs:
            refs = (f"no:{message.no}",)
        found.append(Evidence(what=row["what"], bring=row["bring"], have=bool(row.get("have")), refs=refs))
    return tuple(found)


def summary(ticket: Ticket, decision: Decision, message: Message, order: Order | None, taxonomy: Taxonomy) -> str:
    """For the agent, in Chinese, a line each: who, what, which order, what was asked and given, tone, last words (masked)."""
    extra = decision.ticket
    about = taxonomy.zh(ticket.label) if ticket.label in taxonomy.labels else ticket.label
    second = f"，另有：{taxonomy.zh(ticket.label2)}" if ticket.label2 and ticket.label2 in taxonomy.labels else ""
    lines = [
        f"顾客：{'已核身买家' if ticket.buyer_id else '未核身访客'}",
        f"事由：{about}{second}（{SEVERITY_ZH[ticket.severity]}；{REASONS_ZH.get(ticket.reason, ticket.reason)}）",
        f"订单：{_order_words(order)}" if order else f"订单：{extra.get('unverified_number') or '未提供'}（未核实）",
    ]
    if ticket.path:
        lines.append(f"退款路径：{ticket.path}")
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
