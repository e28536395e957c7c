"""A case taken out of the desk, for the platform's reviewer (playbook §6)."""

from __future__ import annotations

from datetime import datetime

from bot.desk.rights import Person, may, relation
from bot.model import JSON, Ticket
from bot.services.case_file import Case, Told, case_of
from bot.services.desk_base import DeskBase, DeskParts, check
from bot.services.history import History

EVENTS_MOST = 5000
EVENTS_PAGE = 500
REOPENED = "reopened"


class Export(DeskBase):
    """NotFound, Forbidden, StoreDown."""

    def __init__(self, parts: DeskParts) -> None:
        super().__init__(parts)
        self._log = History(parts.record, parts.pool)

    async def export(self, person: Person, ticket_id: str, now: datetime, *, internal: bool = False, masked: bool = False) -> Case:
        """The case. What the person may not see is masked; `masked` hides it also from who may, `internal` adds colleagues' notes."""
        ticket = await self.ticket(ticket_id)
        check(person, "export", ticket)
        if internal:
            check(person, "export_internal", ticket)
        unmasked = not masked and may(person.role, "unmask", relation(person, ticket))
        events, trimmed = await self._events(ticket)
        orders = await self.parts.orders.recent(ticket.buyer_id) if ticket.buyer_id else ()
        agents = {str(event["by"]).partition(":")[2] for event in events if str(event.get("by")).startswith("agent:")}
        agents |= {str(row.get("by")).partition(":")[2] for row in ticket.promised if str(row.get("by")).startswith("agent:")}
        names = await self.parts.names.of(sorted(agents | ({ticket.agent} if ticket.agent else set())))
        known = self.parts.page().outcome(ticket.outcome or "")
        told = Told(
            ticket, orders, events, names, self.parts.rules().taxonomy,
            self.parts.commitments().zh, known.zh if known else ticket.outcome, self.parts.shop(), now, person.name, trimmed,
        )  # fmt: skip
        # First the audit: who took it out stands there even when the file is lost on the way.
        await self.audit(person, "export", now, ticket=ticket_id, masked=not unmasked, internal=internal)
        return case_of(told, unmasked=unmasked, internal=internal)

    async def _events(self, ticket: Ticket) -> tuple[list[JSON], bool]:
        """The log of this matter, not of those that ended before it; and whether its beginning was too long ago."""
        start = await self._begins(ticket)
        found: list[JSON] = []
        before: int | None = None
        while len(found) < EVENTS_MOST:
            page = await self._log.before(ticket.conversation, before, EVENTS_PAGE)
            own = [event for event in page.events if start is None or datetime.fromisoformat(event["at"]) > start]
            found = own + found
            if not page.more or len(own) < len(page.events):
                return found, False
            before = page.events[0]["no"]
        return found, True

    async def _begins(self, ticket: Ticket) -> datetime | None:
        """When the matter before this one ended; None when there was none. What was opened again is the same matter."""
        first: Ticket | None = ticket
        while first is not None and first.reason == REOPENED and first.previous:
            first = await self.record.ticket(first.previous)
        earlier = await self.record.ticket(first.previous) if first is not None and first.previous else None
        return earlier.closed_at if earlier else None
