"""Bodies of log events (without v, no, at: the scripts add them) and what a ticket needs to be stored. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from bot.desk.duties import next_due, next_look
from bot.desk.tickets import owner_of
from bot.model import JSON, Ticket
from bot.stores.codec import MOVING, counted, dumps, iso, millis, ticket_json

KEEP_OF_BUYER = 50
"""So many of a buyer's tickets are known by buyer."""
PEOPLE = frozenset(
    (
        "whisper", "label", "promise", "promise_done", "promise_missed", "rated", "evidence", "proof", "proof_due", "ticket", "offer", "plan",
        "order",
    )
)
"""Types of events that people, and the watch on their behalf, write and that are no line for the customer."""


Buttons = Sequence[tuple[str, str]]
OPENED, CLAIMED, PLANNED, DONE = "ticket.opened", "ticket.claimed", "ticket.planned", "ticket.done"
"""Hooks: an event with one is told to integrations, too (docs/webhooks.md)."""


def event_body(event: JSON) -> str:
    """The event as the scripts append it. Its `hook` comes first, where they look for it without reading the rest."""
    hook = {"hook": event["hook"]} if event.get("hook") else {}
    return dumps({**hook, **{key: value for key, value in event.items() if key not in ("v", "no", "at", "hook")}})


def message_body(text: str, client_id: str, images: Sequence[str], buyer_id: str | None, title: str | None) -> str:
    """A visitor's message, with the title of the button that was pressed; `to` is added by the script, which knows the owner."""
    body: JSON = {"type": "message", "by": "visitor", "text": text, "client_id": client_id, "images": list(images)}
    if title:
        body["title"] = title
    if buyer_id:
        body["buyer_id"] = buyer_id
    return dumps(body)


def line_body(line: JSON, turn: int | None) -> str:
    """A line for the customer: {"type":"say"|"notice",…}; no, at and v of the caller are dropped."""
    body = {"type": "say", "by": "bot", "turn": turn, **line}
    if body["type"] == "notice":
        body["by"] = line.get("by", "desk")
    return event_body(body)


def say_body(owner: str, name: str, text: str, images: Sequence[str], client_id: str, buttons: Buttons = ()) -> str:
    """An agent's line; buttons are (title, what it sends)."""
    body: JSON = {"type": "say", "by": owner, "name": name, "text": text, "images": list(images), "client_id": client_id}
    return dumps(body | ({"buttons": [list(button) for button in buttons]} if buttons else {}))


def people_body(event: JSON) -> str:
    """An event of people; v, no and at of the caller are dropped. ValueError for a type that is not theirs: those move owner and mail."""
    if event.get("type") not in PEOPLE or not event.get("by"):
        raise ValueError(f"not an event of people: {event.get('type')} by {event.get('by')}")
    return event_body(event)


def once_id(by: str, client_id: str | None) -> str:
    """What a client_id of the desk's people is remembered as. A visitor's cannot hold control characters, so the two never meet;
    without one, only the same call sent again is recognised."""
    return f"\x1f{by}\x1f{client_id or uuid4().hex}"


def owner_body(owner: str, by: str, reason: str, ticket_id: str | None, hook: str = "") -> str:
    """A change of owner; epoch and passed are added by the script."""
    return event_body({"hook": hook, "type": "owner", "by": by, "owner": owner, "reason": reason, "ticket": ticket_id})


def decision_body(decision: JSON, turn: int) -> str:
    """The bot's decision, which closes the turn."""
    return dumps({"type": "decision", "by": "bot", "turn": turn, "decision": decision})


def member(ticket: Ticket) -> str:
    """The ticket's place among those due in the same second: severity, then arrival, then id."""
    return f"{ticket.severity.rank}:{millis(ticket.opened_at):013d}:{ticket.id}"


def score(ticket: Ticket) -> str:
    """The earliest open due time in seconds with milliseconds: what a queue is ordered by."""
    return f"{next_due(ticket).timestamp():.3f}"


def look(ticket: Ticket, now: datetime) -> str:
    """When the watch looks at the ticket again, in seconds; "" when nothing of it runs."""
    at = next_look(ticket, now)
    return f"{at.timestamp():.3f}" if at else ""


def ticket_args(ticket: Ticket, *, by: str, reason: str) -> list[Any]:
    """What `read_ticket` of the prelude reads."""
    body = ticket_json(ticket)
    flat: list[Any] = ["v", 1, "body", dumps(body), "conversation", ticket.conversation]
    flat += ["member", member(ticket), "score", score(ticket), "opened_at", iso(ticket.opened_at)]
    for key in MOVING:
        if body[key] is not None:
            flat += [key, body[key]]
    owner = owner_of(ticket)
    event = owner_body(owner, by, reason, ticket.id, OPENED)
    clocks = [score(ticket), look(ticket, ticket.opened_at)]
    buyer = [ticket.buyer_id or "", KEEP_OF_BUYER]
    return [ticket.id, ticket.group, ticket.agent or "", member(ticket), *clocks, owner, event, *buyer, *counted(flat)]
