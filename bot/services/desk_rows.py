"""Tickets as the desk's lists show them (docs/live.md §5, Row): names beside ids, the last line with its numbers masked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bot.desk.duties import next_due, next_warn
from bot.errors import NotFound
from bot.model import BOT, JSON, Ticket
from bot.nlu.text import mask
from bot.services.desk_rules import DeskRules
from bot.services.names import Names
from bot.stores.codec import timed_json
from bot.stores.record import Record
from bot.stores.values import DeskRow
from bot.taxonomy import Taxonomy
from bot.ticket_parts import Duty, Offer

PREVIEW_CHARS = 60
AGENT = "agent:"
SAID = ("message", "say")
"""What the customer, the bot or a person wrote: the desk's own notices stand in lists only where nothing of it is near."""


class DeskRows:
    """Rows by ticket; `rules` gives those in force."""

    def __init__(self, record: Record, names: Names, rules: Callable[[], DeskRules]) -> None:
        self._record, self._names, self._rules = record, names, rules

    async def rows(self, ticket_ids: Sequence[str]) -> list[JSON]:
        """The rows in that order; tickets that do not exist are left out."""
        if not ticket_ids:
            return []
        found = await self._record.desk_rows(ticket_ids)
        names = await self._names.of(sorted({who for row in found for who in people_of(row.ticket)}))
        return [row_json(row, self._rules(), names) for row in found]

    async def row(self, ticket_id: str) -> JSON:
        """The row of one ticket. NotFound."""
        rows = await self.rows([ticket_id])
        if not rows:
            raise NotFound(f"没有工单 {ticket_id[:40]}")
        return rows[0]


def row_json(row: DeskRow, rules: DeskRules, names: Mapping[str, str]) -> JSON:
    """One row; `names` are those of `people_of`."""
    ticket, taxonomy = row.ticket, rules.taxonomy
    last = _first(row.last, SAID) or _first(row.last, ("notice",))
    return {
        "id": ticket.id,
        "conversation": ticket.conversation,
        "state": ticket.state.value,
        "group": ticket.group,
        "group_zh": group_zh(taxonomy, ticket.group),
        "label": ticket.label,
        "label_zh": label_zh(taxonomy, ticket.label),
        "label2": ticket.label2,
        "label2_zh": label_zh(taxonomy, ticket.label2) if ticket.label2 else None,
        "confidence": round(ticket.confidence, 4),
        "severity": ticket.severity.value,
        "severity_reasons": list(ticket.severity_reasons),
        "path": ticket.path,
        "reason": ticket.reason,
        "order_tail": ticket.order_no[-4:] if ticket.order_no else None,
        "agent": ticket.agent,
        "agent_name": names.get(ticket.agent, ticket.agent) if ticket.agent else None,
        "opened_at": ticket.opened_at.isoformat(),
        "claimed_at": _iso(ticket.claimed_at),
        "due_at": ticket.due_at.isoformat(),
        "warn_at": next_warn(ticket).isoformat(),
        "next_due_at": next_due(ticket).isoformat(),
        "first_reply_at": _iso(ticket.first_reply_at),
        "closed_at": _iso(ticket.closed_at),
        "outcome": ticket.outcome,
        "cost_fen": ticket.cost_fen,
        "cause": ticket.cause,
        "plan": timed_json(ticket.plan) if ticket.plan else None,
        "follow_up": timed_json(ticket.follow_up) if ticket.follow_up else None,
        "proof_due_at": _iso(ticket.proof_due_at),
        "scene": ticket.scene,
        "place": row.place,
        "asked_at": _iso(row.asked_at),
        "last_no": row.conversation.last_no,
        "last_visitor_no": row.last_visitor_no,
        "preview": _preview(last),
        "preview_from": _preview_from(last),
        "verified": bool(ticket.buyer_id or row.conversation.buyer_id),
        "previous": ticket.previous,
        "guesses": guesses(row.last, taxonomy),
        "summary": ticket.summary,
        "response_rule": ticket.response_rule,
        "response_rule_en": ticket.response_rule_en,
        "duties": [duty_row(duty) for duty in ticket.duties],
        "offers": [offer_row(offer, names) for offer in ticket.offers],
    }


def duty_row(duty: Duty) -> JSON:
    """One duty as pages show it (docs/live.md §5, Duty)."""
    return {
        "id": duty.id, "do": duty.do, "do_en": duty.do_en, "by": duty.by, "call": duty.call, "after": duty.after, "warn_at": _iso(duty.warn_at),
        "due_at": _iso(duty.due_at), "done_at": _iso(duty.done_at), "done_by": duty.done_by, "breached": duty.breached,
    }  # fmt: skip


def offer_row(offer: Offer, names: Mapping[str, str]) -> JSON:
    """One offer as pages show it (docs/live.md §5, Offer)."""
    by, decided_by = offer.by.removeprefix(AGENT), (offer.decided_by or "").removeprefix(AGENT) or None
    return {
        "id": offer.id, "kind": offer.kind, "amount_fen": offer.amount_fen, "words": offer.words, "by": by, "by_name": names.get(by, by),
        "at": offer.at.isoformat(), "state": offer.state.value, "decided_by": decided_by,
        "decided_by_name": names.get(decided_by, decided_by) if decided_by else None, "decided_at": _iso(offer.decided_at), "note": offer.note,
        "by_rule": offer.by_rule,
    }  # fmt: skip


def people_of(ticket: Ticket) -> list[str]:
    """Whose names a row says: who has it, who offered and decided."""
    found = [ticket.agent, *(who for offer in ticket.offers for who in (offer.by, offer.decided_by))]
    return list(dict.fromkeys(who.removeprefix(AGENT) for who in found if who))


def guesses(newest_first: Sequence[JSON], taxonomy: Taxonomy) -> list[list[object]]:
    """[label, its Chinese name, share] of the bot's last decision among these events; none when it has none."""
    decision: JSON = next((event["decision"] for event in newest_first if event["type"] == "decision"), {})
    return [[name, label_zh(taxonomy, str(name)), round(float(share), 4)] for name, share in decision.get("guesses") or ()]


def label_zh(taxonomy: Taxonomy, label: str) -> str:
    """The Chinese name of a label; itself when the taxonomy has none any more."""
    return taxonomy.zh(label) if label in taxonomy.labels else label


def group_zh(taxonomy: Taxonomy, group: str) -> str:
    """The Chinese name of a group; itself when the taxonomy has none any more."""
    return taxonomy.groups[group].zh if group in taxonomy.groups else group


def _first(newest_first: Sequence[JSON], types: Sequence[str]) -> JSON | None:
    return next((event for event in newest_first if event["type"] in types), None)


def _preview(event: JSON | None) -> str:
    if event is None:
        return ""
    words = mask(" ".join(str(event.get("title") or event.get("text") or "").split()))
    if not words:
        return "[图片]" if event.get("images") else ""
    return words[:PREVIEW_CHARS] + ("…" if len(words) > PREVIEW_CHARS else "")


def _preview_from(event: JSON | None) -> str:
    if event is None or event["type"] == "notice":
        return "desk"
    if event["type"] == "message":
        return "visitor"
    return "bot" if event.get("by", BOT) == BOT else "agent"


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
