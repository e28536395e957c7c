"""Where a customer stands: who owns the conversation, the place in the queue and the wait, whether anybody is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.desk.routing import RECEPTION, staffed
from bot.desk.staffing import Ahead, Staffing
from bot.model import BOT, JSON
from bot.services.desk_rules import DeskRules
from bot.services.desk_words import EN, opens, wait_minutes
from bot.services.phases import Phases
from bot.services.visitor_lookups import VisitorLookups
from bot.stores.record import Record
from bot.taxonomy import Taxonomy


@dataclass(frozen=True)
class Desk:
    """The desk at one moment: phase, who is there by group, and the place of every ticket that waits, by group."""

    now: datetime
    phase: str
    on_duty: Mapping[str, int]
    places: Mapping[str, Mapping[str, int]]
    ahead: Ahead | None = None
    """Which phase the calendar brings next; None: the one of now stays."""


@dataclass(frozen=True)
class Owned:
    """Who owns a conversation, and its ticket."""

    owner: str
    ticket: str | None = None

    @property
    def waits(self) -> bool:
        """Whether it waits in a queue."""
        return self.owner.startswith("queue:")


def standing(owned: Owned, desk: Desk, *, staffing: Staffing, taxonomy: Taxonomy, names: Mapping[str, str | None]) -> JSON:
    """The `queue` frame of a conversation (docs/live.md §3). Pure."""
    kind, _, of = owned.owner.partition(":")
    # While nobody waits for a group, what counts is whether there is a person to ask for.
    group = of if owned.waits else staffed(taxonomy, RECEPTION, desk.phase)
    there = desk.on_duty.get(group, 0) if owned.waits else sum(desk.on_duty.values()) or int(kind == "agent")
    place = desk.places.get(group, {}).get(owned.ticket or "") if owned.waits else None
    return {
        "type": "queue",
        "owner": kind,
        "name": names.get(of) if kind == "agent" else None,
        "group": group_zh(taxonomy, group) if owned.waits else None,
        "place": place,
        "minutes": wait_minutes(place, there, staffing) if place is not None else None,
        "on_duty": there > 0,
        "opens": None if there else opens(group, desk.ahead or desk.phase, desk.now, staffing, taxonomy=taxonomy),
        "opens_en": None if there else opens(group, desk.ahead or desk.phase, desk.now, staffing, EN, taxonomy),
    }


def group_zh(taxonomy: Taxonomy, group: str) -> str:
    """The group's name as customers read it: the first of those that the taxonomy gives."""
    known = taxonomy.groups.get(group)
    return known.zh.split("/")[0] if known else "人工客服"


class Standings:
    """Reads the desk and says where conversations stand; `rules` gives those in force."""

    def __init__(self, record: Record, lookups: VisitorLookups, rules: Callable[[], DeskRules]) -> None:
        self._record, self._lookups, self._rules = record, lookups, rules
        self._phases = Phases(record, rules)

    async def owned(self, conversation: str) -> Owned:
        """Who owns the conversation now; the bot, before anybody wrote. StoreDown."""
        found = await self._record.conversation(conversation)
        return Owned(found.owner, found.ticket_id) if found is not None else Owned(BOT)

    async def frames(self, owned: Mapping[str, Owned], now: datetime) -> Mapping[str, JSON]:
        """The `queue` frame of each of these conversations; each queue is read once for all that wait in it. StoreDown."""
        groups = {one.owner.partition(":")[2] for one in owned.values() if one.waits}
        desk, rules = await self._desk(groups, now), self._rules()
        agents = {one.owner.partition(":")[2] for one in owned.values() if one.owner.startswith("agent:")}
        names = {agent: await self._lookups.agent_name(agent) for agent in agents}
        return {
            conversation: standing(one, desk, staffing=rules.staffing, taxonomy=rules.taxonomy, names=names)
            for conversation, one in owned.items()
        }

    async def _desk(self, groups: set[str], now: datetime) -> Desk:
        on_duty = await self._record.on_duty(now, self._rules().staffing.presence_s)
        places = {group: {ticket: n for n, ticket in enumerate(await self._record.queue_members(group), 1)} for group in groups}
        found = await self._phases.now(now)
        return Desk(now, found.phase, on_duty, places, found.ahead)
