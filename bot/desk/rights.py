"""Who may do what at the desk: a table of role, deed and relation to the ticket. Pure; the services ask it before every deed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from bot.model import Ticket

AGENT, SUPERVISOR, TRAINER, ADMIN = "agent", "supervisor", "trainer", "admin"


class Relation(str, Enum):
    """How a ticket stands to a person."""

    OWN = "own"
    """In the person's hands, or closed by these hands."""
    GROUP = "group"
    """Of a group of the person."""
    OTHER = "other"
    NONE = "none"
    """There is no ticket: the bot's conversation, or a deed that is not about a ticket."""


NOWHERE: frozenset[Relation] = frozenset()
MINE = frozenset({Relation.OWN})
OURS = frozenset({Relation.OWN, Relation.GROUP})
TICKETS = frozenset({Relation.OWN, Relation.GROUP, Relation.OTHER})
ANYWHERE = frozenset(Relation)

# Columns: agent, supervisor, trainer, admin. To speak one must own the conversation, whatever the role: who may take over does so first.
TABLE: Mapping[str, tuple[frozenset[Relation], frozenset[Relation], frozenset[Relation], frozenset[Relation]]] = {
    "see_queue": (OURS, ANYWHERE, ANYWHERE, NOWHERE),
    "see_conversation": (OURS, ANYWHERE, ANYWHERE, NOWHERE),
    "search": (ANYWHERE, ANYWHERE, ANYWHERE, NOWHERE),
    "see_team": (ANYWHERE, ANYWHERE, NOWHERE, ANYWHERE),
    "claim": (OURS, TICKETS, NOWHERE, NOWHERE),
    "say": (MINE, MINE, NOWHERE, NOWHERE),
    "whisper": (OURS, ANYWHERE, NOWHERE, NOWHERE),
    "promise": (MINE, TICKETS, NOWHERE, NOWHERE),
    "offer": (MINE, TICKETS, NOWHERE, NOWHERE),
    # Another's offer that is above his limit; never one's own (desk/offers.py).
    "decide_offer": (NOWHERE, TICKETS, NOWHERE, NOWHERE),
    "plan": (MINE, TICKETS, NOWHERE, NOWHERE),
    "answer_plan": (MINE, TICKETS, NOWHERE, NOWHERE),
    "transfer": (MINE, MINE, NOWHERE, NOWHERE),
    "give_back": (MINE, TICKETS, NOWHERE, NOWHERE),
    "to_bot": (MINE, TICKETS, NOWHERE, NOWHERE),
    "close": (MINE, TICKETS, NOWHERE, NOWHERE),
    "follow_up": (OURS, TICKETS, NOWHERE, NOWHERE),
    "reopen": (OURS, TICKETS, NOWHERE, NOWHERE),
    "correct_label": (OURS, TICKETS, TICKETS, NOWHERE),
    "evidence": (MINE, TICKETS, NOWHERE, NOWHERE),
    "tick_duty": (MINE, TICKETS, NOWHERE, NOWHERE),
    # The case for the platform; numbers stand in it unmasked only for who may `unmask` that ticket.
    "export": (OURS, TICKETS, NOWHERE, NOWHERE),
    "export_internal": (NOWHERE, TICKETS, NOWHERE, NOWHERE),
    "unmask": (MINE, ANYWHERE, NOWHERE, NOWHERE),
    "take_over": (NOWHERE, ANYWHERE, NOWHERE, NOWHERE),
    "reassign": (NOWHERE, TICKETS, NOWHERE, NOWHERE),
    "search_buyer": (NOWHERE, ANYWHERE, NOWHERE, NOWHERE),
    "end_sign_in": (NOWHERE, ANYWHERE, NOWHERE, ANYWHERE),
    "set_phase": (NOWHERE, ANYWHERE, NOWHERE, ANYWHERE),
    "announce": (NOWHERE, ANYWHERE, NOWHERE, NOWHERE),
    "see_audit": (NOWHERE, ANYWHERE, NOWHERE, ANYWHERE),
    "webhooks": (NOWHERE, ANYWHERE, NOWHERE, ANYWHERE),
    "manage_staff": (NOWHERE, NOWHERE, NOWHERE, ANYWHERE),
}
ROLES = (AGENT, SUPERVISOR, TRAINER, ADMIN)
DEEDS = tuple(TABLE)


@dataclass(frozen=True)
class Person:
    """One who is signed in at the desk."""

    id: str
    name: str
    role: str
    groups: tuple[str, ...] = ()

    @property
    def works(self) -> bool:
        """Whether tickets are this person's work: presence, capacity, assignments."""
        return self.role in (AGENT, SUPERVISOR)


def may(role: str, deed: str, relation: Relation) -> bool:
    """Whether the role may do the deed to a ticket of that relation; a role that has no desk may nothing."""
    return role in ROLES and relation in TABLE[deed][ROLES.index(role)]


def rights_of(role: str) -> tuple[str, ...]:
    """The deeds that a role may do somewhere: what its pages offer."""
    return tuple(deed for deed in DEEDS if any(may(role, deed, relation) for relation in Relation))


def relation(person: Person, ticket: Ticket | None) -> Relation:
    """How the ticket stands to the person; without one, NONE."""
    if ticket is None:
        return Relation.NONE
    if ticket.agent == person.id:
        return Relation.OWN
    return relation_to_group(person, ticket.group)


def relation_to_group(person: Person, group: str) -> Relation:
    """How a group's queue stands to the person."""
    return Relation.GROUP if group in person.groups else Relation.OTHER


def sees_numbers(role: str) -> bool:
    """Whether phones and order numbers that customers write stand unmasked in the log: those who must act on them see them."""
    return role in (AGENT, SUPERVISOR)
