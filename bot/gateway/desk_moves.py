"""What happened to a ticket since this gateway last showed it, and who must hear of it. Pure but for its memory."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from bot.desk.rights import Person, may, relation, relation_to_group
from bot.model import JSON, Ticket, agent_owner
from bot.stores.values import DeskRow

REMEMBERED = 20_000
_BY_STATE = {
    "waiting": "opened", "transferred": "transferred", "returned": "returned", "done": "closed", "abandoned": "closed", "archived": "closed",
}  # fmt: skip
_HELD = ("claimed", "planned")
OFFER_ASKED, OFFER_DECIDED = "offer_asked", "offer_decided"


@dataclass(frozen=True)
class Place:
    """Where a ticket was: its conversation's epoch, state, group, agent."""

    epoch: int
    state: str
    group: str
    agent: str | None


def place_of(row: DeskRow) -> Place:
    """Where a ticket is."""
    return Place(row.conversation.epoch, row.ticket.state.value, row.ticket.group, row.ticket.agent)


@dataclass(frozen=True)
class Moved:
    """Why a row goes out; the place before tells who else must hear that it left."""

    why: str
    now: Place
    before: Place | None

    @property
    def is_move(self) -> bool:
        """Whether it is in another state or other hands; else only something about it changed."""
        return self.why != "changed"


class Moves:
    """Remembers where tickets were, the newest so many."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._places: OrderedDict[str, Place] = OrderedDict()

    def seen(self, row: DeskRow) -> Moved:
        """What happened to the ticket since it was seen last; without memory of it, what its log ends with."""
        ticket, now = row.ticket, place_of(row)
        before = self._places.pop(ticket.id, None)
        self._places[ticket.id] = now
        while len(self._places) > self._most:
            self._places.popitem(last=False)
        owner = next((event for event in row.last if event["type"] == "owner" and event.get("ticket") == ticket.id), None)
        moved = before != now if before is not None else bool(row.last) and row.last[0] is owner
        return Moved(_why(now, before, owner) if moved else "changed", now, before)


def _why(now: Place, before: Place | None, owner: JSON | None) -> str:
    if now.state == "archived":
        return "changed"  # it ended before
    if now.state not in _HELD:
        same = before is not None and before.state == now.state and before.epoch == now.epoch
        return "changed" if same else _BY_STATE[now.state]
    if before is not None and (before.agent, before.epoch) == (now.agent, now.epoch):
        return "changed"
    own = owner is not None and now.agent is not None and owner.get("by") == agent_owner(now.agent)
    return "claimed" if own else "assigned"


def hears(person: Person, moved: Moved) -> bool:
    """Whether a person's lists show the ticket, or showed it until now. What only changed in a colleague's hands is the colleague's
    and the supervisors'."""
    places = [place for place in (moved.now, moved.before) if place is not None]
    if any(place.agent == person.id for place in places):
        return True
    if not any(may(person.role, "see_queue", relation_to_group(person, place.group)) for place in places):
        return False
    return moved.is_move or moved.now.agent is None or may(person.role, "reassign", relation_to_group(person, moved.now.group))


def hears_alert(person: Person, alert: Moved, owner: str | None, ticket: Ticket) -> bool:
    """Whether a person is told of an alert (`alert.why`) about the ticket. `owner` is whose it is (an agent or a group): of a promise its
    owner, of an offer who asked. An offer that waits is told to those who may decide it, its answer to who asked and who has the ticket."""
    found = relation(person, ticket)
    if alert.why == OFFER_ASKED:
        return may(person.role, "decide_offer", found) and person.id != owner
    sees = may(person.role, "see_queue", found)
    if alert.why == OFFER_DECIDED:
        return sees and person.id in (owner, ticket.agent)
    return hears(person, alert) or (owner is not None and sees and (owner == person.id or owner in person.groups))
