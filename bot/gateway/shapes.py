"""Values to the JSON that the integration REST answers with. Pure; payloads.py is the way in."""

from __future__ import annotations

from datetime import datetime

from bot.model import JSON, Ticket, TicketState
from bot.stores.codec import timed_json
from bot.stores.values import Queue
from bot.taxonomy import Group
from bot.ticket_parts import Duty, Evidence, Offer


def ticket(value: Ticket) -> JSON:
    """A ticket with every field of architecture §5; the key is the shop's, so the order number stands in full."""
    return {
        "id": value.id,
        "conversation": value.conversation,
        "sender": value.conversation,
        "buyer_id": value.buyer_id,
        "label": value.label,
        "label2": value.label2,
        "confidence": value.confidence,
        "group": value.group,
        "path": value.path,
        "goods_back": value.goods_back,
        "negotiation": value.negotiation,
        "severity": value.severity.value,
        "severity_reasons": list(value.severity_reasons),
        "state": value.state.value,
        "reason": value.reason,
        "order_no": value.order_no,
        "evidence": {
            "have": [_evidence(e) for e in value.evidence if e.have],
            "missing": [_evidence(e) for e in value.evidence if not e.have],
        },
        "said": list(value.said),
        "promised": list(value.promised),
        "response_rule": value.response_rule,
        "response_rule_en": value.response_rule_en,
        "steps": list(value.steps),
        "duties": [duty(found) for found in value.duties],
        "offers": [offer(found) for found in value.offers],
        "summary": value.summary,
        "opened_at": value.opened_at.isoformat(),
        "due_at": value.due_at.isoformat(),
        "proof_due_at": value.proof_due_at.isoformat() if value.proof_due_at else None,
        "scene": value.scene,
        "agent": value.agent,
        "claimed_at": value.claimed_at.isoformat() if value.claimed_at else None,
        "first_reply_at": value.first_reply_at.isoformat() if value.first_reply_at else None,
        "closed_at": value.closed_at.isoformat() if value.closed_at else None,
        "outcome": value.outcome,
        "cost_fen": value.cost_fen,
        "cause": value.cause,
        "plan": timed_json(value.plan) if value.plan else None,
        "follow_up": timed_json(value.follow_up) if value.follow_up else None,
        "previous": value.previous,
    }


def duty(value: Duty) -> JSON:
    """One duty; `due_at` is null until the one before it is done."""
    return {
        "id": value.id,
        "do": value.do,
        "by": value.by,
        "call": value.call,
        "after": value.after,
        "due_at": value.due_at.isoformat() if value.due_at else None,
        "done_at": value.done_at.isoformat() if value.done_at else None,
        "done_by": value.done_by,
        "breached": value.breached,
    }


def offer(value: Offer) -> JSON:
    """One offer: what was offered, who did, whether a supervisor agreed."""
    return {
        "id": value.id,
        "kind": value.kind,
        "amount_fen": value.amount_fen,
        "words": value.words,
        "by": value.by,
        "at": value.at.isoformat(),
        "state": value.state.value,
        "decided_by": value.decided_by,
        "decided_at": value.decided_at.isoformat() if value.decided_at else None,
        "note": value.note,
        "by_rule": value.by_rule,
    }


def is_open(value: Ticket) -> bool:
    """True while the matter is not over."""
    return value.state not in (TicketState.DONE, TicketState.ABANDONED, TicketState.ARCHIVED)


def queue(group: Group, found: Queue | None, on_duty: int, now: datetime) -> JSON:
    """One group's row of GET /api/queues; no queue is an empty one."""
    oldest = found.oldest if found else None
    return {
        "group": group.name,
        "name": group.zh,
        "waiting": found.length if found else 0,
        "on_duty": on_duty,
        "oldest_wait_s": round(max(0.0, (now - oldest).total_seconds()), 1) if oldest else None,
        "next_due_at": found.next_due.isoformat() if found and found.next_due else None,
    }


def replies(sender: str, events: list[JSON]) -> list[JSON]:
    """Rasa's REST form of one turn: its lines in order, then one item with the decision."""
    items: list[JSON] = []
    for event in events:
        if event["type"] in ("say", "notice"):
            item: JSON = {"recipient_id": sender, "text": event["text"]}
            if event.get("buttons"):
                item["buttons"] = [{"title": title, "payload": payload} for title, payload in event["buttons"]]
            items.append(item)
    items += [{"recipient_id": sender, "custom": {"decision": e["decision"]}} for e in events if e["type"] == "decision"][-1:]
    return items


def _evidence(value: Evidence) -> JSON:
    return {"what": value.what, "bring": value.bring, "refs": list(value.refs), "why": value.why, "example": value.example}
