"""What the shop's systems were told and what not, for those who answer for the desk."""

from __future__ import annotations

from datetime import datetime

from bot.desk.rights import Person, Relation
from bot.model import JSON
from bot.services.desk_base import DeskBase, check_relation

LETTERS_SHOWN = 50


class WebhookDesk(DeskBase):
    """For supervisors and admins."""

    async def webhooks(self, person: Person) -> JSON:
        """Where events go, how the last tries went, and the newest of those that were given up. Forbidden."""
        check_relation(person, "webhooks", Relation.NONE)
        state, dead = await self.record.hook_state(), await self.record.dead_hooks()
        return {
            "to": state.to, "waiting": state.waiting, "dead": state.dead, "ok_at": _iso(state.ok_at), "error": state.error, "error_at": _iso(state.error_at),
            "letters": [
                {"id": one.id, "event": one.hook, "conversation": one.conversation, "tries": one.tries, "error": one.error, "at": one.at.isoformat()}
                for one in dead[:LETTERS_SHOWN]
            ],
        }  # fmt: skip

    async def retry_webhooks(self, person: Person, delivery: str | None, now: datetime) -> JSON:
        """One that was given up, or (None) all of them, is told again; what stands then. Forbidden, NotFound."""
        check_relation(person, "webhooks", Relation.NONE)
        # Each goes before what waits, so the newest first.
        for id_ in [one.id for one in await self.record.dead_hooks()] if delivery is None else [delivery]:
            await self.record.revive_hook(id_, now)
        await self.audit(person, "webhooks_retry", now, delivery=delivery)
        return await self.webhooks(person)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
