"""Finding tickets: by number, conversation, the last digits of an order, the buyer. Only what the person may see is found."""

from __future__ import annotations

import re

from bot.desk.rights import Person, Relation, may, relation
from bot.errors import BadInput, StoreDown
from bot.model import JSON
from bot.services.desk_base import check_relation
from bot.services.desk_panel import Panel
from bot.stores.codec import MAX_ID_CHARS
from bot.stores.sql.desk import tickets_by_buyer, tickets_by_tail
from bot.stores.sql.pool import within

MOST = 50
SEARCH_S = 3.0
NEWEST_LOOKED_AT = 400

_TICKET = re.compile(r"[Tt]\d{8}-\d{4,}")
_TAIL = re.compile(r"\d{4,19}")


class Search(Panel):
    """Search of the desk."""

    async def search(self, person: Person, query: str) -> tuple[list[JSON], bool]:
        """(rows, whether the archive could not be asked). BadInput for what is too short to look for."""
        check_relation(person, "search", Relation.NONE)
        query = query.strip()
        if len(query) < 2 or len(query) > MAX_ID_CHARS or not query.isprintable():
            raise BadInput("请输入工单号、会话编号，或订单号的最后 4 位以上")
        ids, partial = await self._found(person, query)
        tickets = [await self.record.ticket(ticket_id) for ticket_id in dict.fromkeys(ids)]
        seen = [t.id for t in tickets if t is not None and may(person.role, "see_conversation", relation(person, t))]
        return await self.rows.rows(seen[:MOST]), partial

    async def _found(self, person: Person, query: str) -> tuple[list[str], bool]:
        if _TICKET.fullmatch(query):
            return [query.upper()], False
        ids = [ticket.id for ticket in await self.record.tickets(sender=query, limit=MOST)]
        looks = []
        if _TAIL.fullmatch(query):
            # The newest may not be archived yet.
            newest = await self.record.tickets(limit=NEWEST_LOOKED_AT)
            ids += [ticket.id for ticket in newest if ticket.order_no and ticket.order_no.endswith(query)]
            looks.append(tickets_by_tail(self.parts.pool, query, MOST))
        if may(person.role, "search_buyer", Relation.NONE):
            looks.append(tickets_by_buyer(self.parts.pool, query, MOST))
        partial = False
        for look in looks:
            try:
                ids += await within(SEARCH_S, look, "搜索")
            except StoreDown:
                partial = True
        return ids, partial
