"""The way of a ticket as a table of moves (architecture §5, playbook §7). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.errors import WrongMove
from bot.model import Ended, Ticket, TicketState, agent_owner, queue_owner

WAITING, CLAIMED, PLANNED = TicketState.WAITING, TicketState.CLAIMED, TicketState.PLANNED
TRANSFERRED, RETURNED = TicketState.TRANSFERRED, TicketState.RETURNED
DONE, ABANDONED, ARCHIVED = TicketState.DONE, TicketState.ABANDONED, TicketState.ARCHIVED

# receive → check → plan → tell the customer → do → follow up → archive [3 ch. 2, 4]. `transferred` and `returned` wait in a
# queue like `waiting`; the names tell the next agent how the ticket came there. From `planned` back to `claimed` only the
# customer's no leads, pressed or told to the agent: a new plan is wanted. Nobody claims what is in another's hands.
MOVES: Mapping[TicketState, frozenset[TicketState]] = {
    WAITING: frozenset({CLAIMED, TRANSFERRED, DONE, ABANDONED}),
    TRANSFERRED: frozenset({CLAIMED, TRANSFERRED, DONE, ABANDONED}),
    RETURNED: frozenset({CLAIMED, TRANSFERRED, DONE, ABANDONED}),
    CLAIMED: frozenset({PLANNED, TRANSFERRED, RETURNED, DONE, ABANDONED}),
    PLANNED: frozenset({CLAIMED, TRANSFERRED, RETURNED, DONE, ABANDONED}),
    DONE: frozenset({ARCHIVED}),
    ABANDONED: frozenset({ARCHIVED}),
    ARCHIVED: frozenset(),
}
QUEUED = frozenset({WAITING, TRANSFERRED, RETURNED})
HELD = frozenset({CLAIMED, PLANNED})
OPEN = QUEUED | HELD
BACK_TO_BOT = "back_to_bot"
"""The outcome of a ticket whose conversation was given back to the bot: the matter itself goes on there."""
ZH = {
    WAITING: "排队中", CLAIMED: "已领取", PLANNED: "已出方案", TRANSFERRED: "已转交", RETURNED: "已退回队列",
    DONE: "已办结", ABANDONED: "已放弃", ARCHIVED: "已归档",
}  # fmt: skip


def sources(state: TicketState) -> frozenset[TicketState]:
    """The states from which a ticket may come to `state`."""
    return frozenset(start for start, ends in MOVES.items() if state in ends)


def move(ticket: Ticket, state: TicketState) -> Ticket:
    """The ticket in its new state; WrongMove when the table does not have the move."""
    if state not in MOVES[ticket.state]:
        raise WrongMove(wrong_move(ticket.id, ticket.state, state))
    return replace(ticket, state=state)


def owner_of(ticket: Ticket) -> str:
    """Who must own the conversation of an open ticket."""
    return queue_owner(ticket.group) if ticket.state in QUEUED else agent_owner(str(ticket.agent))


def has_spoken(ticket: Ticket) -> bool:
    """Whether the agent who holds the ticket said something since it came to him: nobody's word goes along to the next."""
    return ticket.spoke_at is not None


def ended_of(ticket: Ticket) -> Ended | None:
    """Who is rated for a ticket: whoever ended it; None while it is open, or the bot has the matter again."""
    if ticket.state in OPEN or ticket.outcome == BACK_TO_BOT:
        return None
    nobody = ticket.state is ABANDONED and ticket.agent is None
    return Ended(ticket.id, ticket.label, "bot" if nobody else "agent", ticket.agent)


def wrong_move(ticket_id: str, start: TicketState, end: TicketState) -> str:
    """The sentence for a move that the table does not have."""
    return f"工单 {ticket_id} {ZH[start]}，不能改为{ZH[end]}"
