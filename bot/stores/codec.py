"""Values to JSON and back, and the forms that ids from outside must have. Pure."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime, timezone
from typing import Any

from bot.errors import BadInput
from bot.model import JSON, Conversation, Message, Severity, Ticket, TicketState
from bot.ticket_parts import Duty, Evidence, FollowUp, Offer, OfferState, Plan

MAX_ID_CHARS = 200
AGENT = re.compile(r"[\w.@-]{1,64}")
_DUTY_TIMES = ("due_at", "warn_at", "done_at")
_OFFER_TIMES = ("at", "decided_at")
_TIMES = ("opened_at", "due_at", "claimed_at", "closed_at", "first_reply_at", "spoke_at", "proof_due_at")


def dumps(value: Any) -> str:
    """Compact JSON that UTF-8 can hold: a lone surrogate (half an emoji) stays escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        text = json.dumps(value, separators=(",", ":"))
    return text


def loads(text: str) -> Any:
    """The JSON value."""
    return json.loads(text)


def counted(values: Sequence[Any]) -> list[Any]:
    """A list as scripts read it: its length, then its values."""
    return [len(values), *values]


def iso(moment: datetime) -> str:
    """2026-11-11T00:00:03.120+00:00"""
    return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds")


def millis(moment: datetime) -> int:
    """Milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


def from_millis(value: str | float) -> datetime:
    """The moment, aware UTC."""
    return datetime.fromtimestamp(float(value) / 1000, timezone.utc)


def checked_id(value: object, what: str = "会话编号") -> str:
    """The id itself; BadInput when it is empty, longer than 200 characters or holds control characters."""
    if not isinstance(value, str) or not value or len(value) > MAX_ID_CHARS:
        raise BadInput(f"{what}须为 1 到 {MAX_ID_CHARS} 个字符的文字")
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in value):
        raise BadInput(f"{what}不能含控制字符")
    return value


def checked_agent(value: object) -> str:
    """The agent's id; BadInput when it is not letters, digits, `_ . @ -` (1 to 64)."""
    if not isinstance(value, str) or not AGENT.fullmatch(value):
        raise BadInput("客服编号须为 1 到 64 个字母、数字或 _ . @ -")
    return value


def conversation(id_: str, stored: Mapping[str, str]) -> Conversation:
    """From the hash of the conversation."""
    return Conversation(
        id=id_,
        owner=stored["owner"],
        epoch=int(stored["epoch"]),
        last_no=int(stored.get("last_no") or 0),
        buyer_id=stored.get("buyer_id") or None,
        label=stored.get("label") or None,
        ticket_id=stored.get("ticket_id") or None,
    )


def message(event: str, deliveries: int) -> Message:
    """From a message event of the log."""
    data = loads(event)
    return Message(
        no=data["no"],
        text=data["text"],
        client_id=data["client_id"],
        at=datetime.fromisoformat(data["at"]),
        buyer_id=data.get("buyer_id"),
        images=tuple(data.get("images", ())),
        deliveries=deliveries,
    )


def ticket_json(ticket: Ticket) -> JSON:
    """Every field, as JSON values."""
    data: JSON = {"v": 1}
    for field in fields(ticket):
        value = getattr(ticket, field.name)
        if isinstance(value, datetime):
            value = iso(value)
        elif isinstance(value, (Severity, TicketState)):
            value = value.value
        elif field.name == "evidence":
            value = [evidence_json(e) for e in value]
        elif field.name == "duties":
            value = [duty_json(duty) for duty in value]
        elif field.name == "offers":
            value = [offer_json(offer) for offer in value]
        elif isinstance(value, (Plan, FollowUp)):
            value = timed_json(value)
        elif isinstance(value, tuple):
            value = list(value)
        data[field.name] = value
    return data


def duty_json(duty: Duty) -> JSON:
    """Every field that is not at its default, as JSON values."""
    known = {field.name: getattr(duty, field.name) for field in fields(duty)}
    return {
        key: iso(value) if isinstance(value, datetime) else value
        for key, value in known.items()
        if value is not None and value is not False and value != ""
    }


def duty_of(data: JSON) -> Duty:
    """From `duty_json`; unknown keys are left out."""
    known = {field.name for field in fields(Duty)}
    values: JSON = {key: datetime.fromisoformat(value) if key in _DUTY_TIMES else value for key, value in data.items() if key in known}
    return Duty(**values)


def offer_json(offer: Offer) -> JSON:
    """Every field, as JSON values."""
    known = asdict(offer) | {"state": offer.state.value}
    return {key: iso(value) if isinstance(value, datetime) else value for key, value in known.items()}


def offer_of(data: JSON) -> Offer:
    """From `offer_json`; unknown keys are left out, missing ones take their defaults."""
    known = {field.name for field in fields(Offer)}
    values: JSON = {
        key: datetime.fromisoformat(value) if key in _OFFER_TIMES and value else value for key, value in data.items() if key in known
    }
    return Offer(**{**values, "state": OfferState(values["state"])})


def timed_json(value: Plan | FollowUp) -> JSON:
    """Every field, times as text."""
    known = {field.name: getattr(value, field.name) for field in fields(value)}
    return {key: iso(found) if isinstance(found, datetime) else found for key, found in known.items()}


def plan_of(data: JSON) -> Plan:
    """From `timed_json`; unknown keys are left out."""
    return Plan(**_timed(data, Plan))


def follow_up_of(data: JSON) -> FollowUp:
    """From `timed_json`; unknown keys are left out."""
    return FollowUp(**_timed(data, FollowUp))


def _timed(data: JSON, kind: type[Plan] | type[FollowUp]) -> JSON:
    known = {field.name for field in fields(kind)}
    return {
        key: datetime.fromisoformat(value) if value and (key == "at" or key.endswith("_at")) else value
        for key, value in data.items()
        if key in known
    }


def evidence_json(piece: Evidence) -> JSON:
    """One piece with all of its fields."""
    return {**asdict(piece), "refs": list(piece.refs)}


def evidence_of(row: JSON) -> Evidence:
    """From `evidence_json`; missing keys take their defaults."""
    words = {key: str(row.get(key) or "") for key in ("why", "example", "slot")}
    return Evidence(what=row["what"], bring=row["bring"], have=bool(row.get("have")), refs=tuple(row.get("refs", ())), **words)


def ticket_of(data: JSON) -> Ticket:
    """From `ticket_json`; unknown keys are left out, missing ones take their defaults."""
    known = {field.name for field in fields(Ticket)}
    values = {key: value for key, value in data.items() if key in known}
    for key in _TIMES:
        if values.get(key):
            values[key] = datetime.fromisoformat(values[key])
    values["state"] = TicketState(values["state"])
    values["severity"] = Severity(values.get("severity", "normal"))
    values["evidence"] = tuple(evidence_of(e) for e in values.get("evidence", ()))
    values["duties"] = tuple(duty_of(duty) for duty in values.get("duties", ()))
    values["offers"] = tuple(offer_of(offer) for offer in values.get("offers", ()))
    values["plan"] = plan_of(values["plan"]) if values.get("plan") else None
    values["follow_up"] = follow_up_of(values["follow_up"]) if values.get("follow_up") else None
    for key in ("said", "promised", "not_to", "severity_reasons", "steps"):
        values[key] = tuple(values.get(key, ()))
    return Ticket(**values)


MOVING = ("state", "group", "agent", "claimed_at", "closed_at", "first_reply_at", "spoke_at", "outcome", "previous")
"""Fields of a ticket that its hash holds beside the body, because scripts change them."""
AMENDED = (
    "label", "label2", "path", "response_rule", "response_rule_en", "severity", "severity_reasons", "evidence", "promised", "not_to",
    "duties", "proof_due_at", "offers", "plan", "cost_fen", "cause", "follow_up", "scene",
)  # fmt: skip
"""Fields that people change: in the hash once somebody did, as JSON."""


def stored_ticket(stored: Mapping[str, str]) -> Ticket:
    """From the hash of the ticket: the body as opened, overlaid with what changed since."""
    data = loads(stored["body"])
    for key in MOVING:
        if key in stored:
            data[key] = stored[key] or None
    for key in AMENDED:
        if key in stored:
            data[key] = loads(stored[key])
    return ticket_of(data)


def amendments(before: Ticket, after: Ticket) -> dict[str, str]:
    """What of AMENDED differs, as the hash holds it; ValueError when anything else does."""
    old, new = ticket_json(before), ticket_json(after)
    fixed = [key for key in new if new[key] != old[key] and key not in AMENDED]
    if fixed:
        raise ValueError(f"cannot be amended: {', '.join(fixed)}")
    return {key: dumps(new[key]) for key in AMENDED if new[key] != old[key]}
