"""What the shop owes a customer: the promise as a value, and what happens to it. Pure; a ticket holds them as JSON in `promised`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.desk.due_words import due_in, weekday
from bot.model import JSON, Ticket

KINDS = ("ship_by", "refund_by", "call_back", "gift", "address", "intercept", "other")
"""Ship, refund, call or tell, send a gift, another address, stop a parcel, anything else (playbook §1)."""
REMIND_AFTER = 2 / 3
"""So much of its time passes before the owner is reminded."""


@dataclass(frozen=True)
class Promise:
    """One thing the customer may count on. `by` made it (`agent:s3`, `bot`); `owner` keeps it: an agent's id, or a group."""

    id: str
    text: str
    kind: str = "other"
    by: str = ""
    owner: str = ""
    at: datetime | None = None
    """When it was made; None for one of before this was written down."""
    due_at: datetime | None = None
    done_at: datetime | None = None
    missed_at: datetime | None = None
    done: bool = False
    """Also true for those that were kept before `done_at` was written down."""
    text_en: str = ""
    """For a customer who reads English; "" for what nobody put into English."""

    @property
    def is_open(self) -> bool:
        """Whether it still has to be kept; a missed one has, too."""
        return not self.done

    def to_json(self) -> JSON:
        """As the ticket and the pages have it."""
        times = {key: _iso(getattr(self, key)) for key in ("at", "due_at", "done_at", "missed_at")}
        words = {"text": self.text, **({"text_en": self.text_en} if self.text_en else {})}
        return {"id": self.id, "kind": self.kind, **words, "by": self.by, "owner": self.owner, **times, "done": self.done}


def promise_of(row: JSON) -> Promise:
    """From `to_json`, or from the rows of before: {id, text, due_at, done}."""
    kind, done_at = str(row.get("kind") or ""), _moment(row.get("done_at"))
    return Promise(
        id=str(row.get("id") or ""),
        text=str(row.get("text") or ""),
        kind=kind if kind in KINDS else "other",
        by=str(row.get("by") or ""),
        owner=str(row.get("owner") or ""),
        at=_moment(row.get("at")),
        due_at=_moment(row.get("due_at")),
        done_at=done_at,
        missed_at=_moment(row.get("missed_at")),
        done=bool(row.get("done")) or done_at is not None,
        text_en=str(row.get("text_en") or ""),
    )


def promises(ticket: Ticket) -> tuple[Promise, ...]:
    """What the ticket's customer was promised."""
    return tuple(promise_of(row) for row in ticket.promised)


def find(ticket: Ticket, promise_id: str) -> Promise | None:
    """The promise of that id; None when this ticket has it not."""
    return next((found for found in promises(ticket) if found.id == promise_id), None)


def with_promise(ticket: Ticket, promise: Promise) -> Ticket:
    """The ticket with it; one that it has already stays as it is."""
    return ticket if find(ticket, promise.id) else replace(ticket, promised=(*ticket.promised, promise.to_json()))


def kept(ticket: Ticket, promise_id: str, now: datetime) -> Ticket:
    """The ticket with the promise kept; the first time counts."""
    return _changed(ticket, promise_id, lambda found: found if found.done else replace(found, done=True, done_at=now))


def missed(ticket: Ticket, promise_id: str, now: datetime) -> Ticket:
    """The ticket with the promise marked as missed, once; what was kept before is not."""

    def marked(found: Promise) -> Promise:
        return replace(found, missed_at=now) if found.is_open and found.missed_at is None else found

    return _changed(ticket, promise_id, marked)


def remind_at(promise: Promise) -> datetime | None:
    """When its owner is reminded; None without a due time."""
    if promise.due_at is None:
        return None
    made = promise.at or promise.due_at
    return made + (promise.due_at - made) * REMIND_AFTER


def next_look(promise: Promise, now: datetime) -> datetime | None:
    """When the watch must look at it next: to remind, then at the due time; None once nothing is left to tell."""
    if promise.due_at is None or promise.done or promise.missed_at is not None:
        return None
    remind = remind_at(promise)
    return remind if remind is not None and now < remind else promise.due_at


def made_event(promise: Promise, *, name: str, ticket: str | None) -> JSON:
    """What the log says of a new promise; `name` is that of the agent who made it."""
    shown = _told(promise)
    return {"type": "promise", "by": promise.by, "name": name, "ticket": ticket, **shown}


def missed_event(promise: Promise, *, ticket: str) -> JSON:
    """What the log says of one that was not kept in time."""
    shown = _told(promise)
    return {"hook": "commitment.missed", "type": "promise_missed", "by": "watch", "ticket": ticket, **shown}


def _told(promise: Promise) -> JSON:
    row = promise.to_json()
    return {key: row[key] for key in ("id", "kind", "text", "text_en", "due_at") if key in row}


def scripted(
    row: JSON, *, number: int, ticket_id: str, group: str, now: datetime, is_workday: Callable[[date], bool] = weekday
) -> Promise:
    """The promise that a script of the bot made with the hand-off: {kind, text, text_en?, within_h?}; the group that gets the ticket
    owns it. `within_h` are plain hours; without them the words tell the time (3 个工作日内), working days by the shop's calendar.
    A row that is a promise already (a matter that goes on) stays what it is."""
    if row.get("id"):
        return promise_of(row)
    within: Any = row.get("within_h")
    text = str(row["text"])
    due = now + timedelta(hours=float(within)) if within else due_in(text, now, is_workday)
    return Promise(f"{ticket_id}-p{number}", text, str(row["kind"]), "bot", group, now, due, text_en=str(row.get("text_en") or ""))


def _changed(ticket: Ticket, promise_id: str, change: Callable[[Promise], Promise]) -> Ticket:
    rows = []
    for row in ticket.promised:
        before = promise_of(row)
        after = change(before) if before.id == promise_id else before
        rows.append(row if after == before else after.to_json())
    return replace(ticket, promised=tuple(rows))


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(str(text)) if text else None
