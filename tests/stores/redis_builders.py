"""Builders for tests of the record."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from bot.model import Conversation, Severity, Ticket, TicketState
from bot.stores.record import Record
from bot.stores.values import AgentState, Committed

NOON = datetime(2026, 11, 11, 4, 0, tzinfo=timezone.utc)


def after(seconds: float) -> datetime:
    """Noon and some seconds."""
    return NOON + timedelta(seconds=seconds)


def a_ticket(
    id: str = "T1",
    conversation: str = "c1",
    *,
    group: str = "exceptions",
    due_s: float = 180,
    opened_s: float = 0,
    severity: Severity = Severity.NORMAL,
) -> Ticket:
    """A ticket that waits."""
    return Ticket(
        id=id,
        conversation=conversation,
        label="case.not_received",
        group=group,
        state=TicketState.WAITING,
        opened_at=after(opened_s),
        due_at=after(due_s),
        severity=severity,
        confidence=0.9,
    )


async def write(record: Record, text: str = "在吗", conversation: str = "c1", client_id: str | None = None, seconds: float = 0) -> int:
    """A visitor's message; its number."""
    from uuid import uuid4

    return (await record.accept(conversation, text, client_id or uuid4().hex, now=after(seconds))).no


async def answer(
    record: Record,
    no: int,
    conversation: str = "c1",
    *,
    epoch: int | None = None,
    ticket: Ticket | None = None,
    text: str = "您好",
    seconds: float = 1,
) -> Committed:
    """The bot's turn for message `no`."""
    known: Conversation | None = await record.conversation(conversation)
    assert known is not None
    return await record.commit_turn(
        conversation,
        epoch=known.epoch if epoch is None else epoch,
        message_no=no,
        lines=[{"type": "say", "text": text}],
        decision={"action": "hand_off" if ticket else "answer", "label": "faq.tracking"},
        tracker_slots={"no": no},
        tracker_events=[f'{{"event":"user","no":{no}}}'],
        label="faq.tracking",
        ticket=ticket,
        now=after(seconds),
        max_tracker_events=5,
    )


def an_agent(
    id: str = "amy", *, groups: tuple[str, ...] = ("exceptions",), status: str = "online", role: str = "agent", capacity: int = 10
) -> AgentState:
    """An agent as he said of himself at noon."""
    return AgentState(id, f"小{id}", role, groups, status, NOON, capacity)
