"""What a customer may know beside the log: how an agent is called, what a closed ticket came to, what was promised."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from bot.desk.commitments import promises
from bot.model import JSON, Ticket
from bot.services.shop_page import DeskPage
from bot.stores.record import Record
from bot.taxonomy import Taxonomy


class Names(Protocol):
    """Names of the staff (bot.services.names)."""

    async def of(self, ids: Sequence[str]) -> Mapping[str, str]:
        """The names of these; who is not known is called by the id."""
        ...


class VisitorLookups:
    """Asks the record and the staff's names. All methods raise StoreDown."""

    def __init__(self, record: Record, names: Names, taxonomy: Callable[[], Taxonomy], page: Callable[[], DeskPage]) -> None:
        self._record, self._names, self._taxonomy, self._page = record, names, taxonomy, page

    async def agent_name(self, agent: str) -> str | None:
        """How the agent is called; an id is no name."""
        name = (await self._names.of([agent])).get(agent)
        return name if name != agent else None

    async def summary(self, ticket_id: str) -> JSON | None:
        """What a closed ticket was about, how it ended, what was promised."""
        ticket = await self._record.ticket(ticket_id)
        if ticket is None:
            return None
        return summary(ticket, self._taxonomy(), self._page(), await self.agent_name(ticket.agent) if ticket.agent else None)

    async def promise(self, conversation: str, promise_id: str) -> JSON | None:
        """The promise as its ticket holds it."""
        for ticket in await self._record.tickets(sender=conversation):
            for row in ticket.promised:
                if row.get("id") == promise_id:
                    return row
        return None


def summary(ticket: Ticket, taxonomy: Taxonomy, page: DeskPage, agent: str | None) -> JSON:
    """The end of a matter for the customer, without what is the desk's alone. Pure."""
    known = page.outcome(ticket.outcome or "")
    return {
        "ticket": ticket.id,
        "about": taxonomy.zh(ticket.label) if ticket.label in taxonomy.labels else "咨询",
        "order_tail": ticket.order_no[-4:] if ticket.order_no else None,
        "outcome": known.told if known else "已办结",
        "outcome_en": known.told_en if known else "Closed",
        "agent": agent,
        "promises": [
            {
                "text": made.text, "text_en": made.text_en, "due_at": made.to_json()["due_at"], "done": made.done,
                "missed": made.is_open and made.missed_at is not None,
            }
            for made in promises(ticket)
        ],
    }  # fmt: skip
