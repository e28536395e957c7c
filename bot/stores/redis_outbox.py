"""Rows on their way to PostgreSQL: audit lines, candidates for the trainers, ratings. Nobody who puts one in waits for PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from uuid import uuid4

from bot.model import JSON
from bot.stores.codec import dumps, iso, loads
from bot.stores.redis_base import Store, border
from bot.stores.values import OutRow

KINDS = ("audit", "candidate", "rating")


class RedisOutbox(Store):
    """RedisOutbox(redis, prefix). The archive moves the rows in their order (bot/services/outbox.py)."""

    async def put(self, kind: str, who: str, what: str, data: JSON, now: datetime) -> None:
        """On disk when this returns. audit: any data; candidate: conversation, message_no, text, was, label; rating:
        conversation, ticket, good, reasons, words. ValueError for another kind."""
        if kind not in KINDS:
            raise ValueError(f"no kind of row: {kind}")
        row = {"v": 1, "kind": kind, "at": iso(now), "who": who, "what": what, "data": data}
        # Half an emoji cannot go into PostgreSQL's text.
        text = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace").decode()
        await self._run("put", [self.keys.outbox(), self.keys.outbox_id(uuid4().hex)], [text])

    async def rows(self, limit: int = 200) -> list[OutRow]:
        """The next ones, oldest first."""
        with border():
            found = await self.redis.xrange(self.keys.outbox(), count=limit)
        return [_row(id_, loads(fields["e"])) for id_, fields in found]

    async def taken(self, ids: Collection[str], refused: Collection[OutRow] = ()) -> None:
        """These are done with: PostgreSQL has them, or refuses them; those are kept aside, for somebody to look at."""
        if not ids:
            return
        with border():
            pipe = self.redis.pipeline(transaction=True)
            for row in refused:
                pipe.hset(self.keys.outbox_refused(), row.id, dumps({"kind": row.kind, "at": iso(row.at), "who": row.who, "what": row.what, "data": row.data}))
            pipe.xdel(self.keys.outbox(), *ids)
            await pipe.execute()


def _row(id_: str, data: JSON) -> OutRow:
    return OutRow(id_, data["kind"], datetime.fromisoformat(data["at"]), data["who"], data["what"], data["data"])
