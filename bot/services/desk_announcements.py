"""Announcements at the desk: what is prepared, what is on, on and off for everybody (docs/after-sales.md §9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.desk.announcements import Running, words
from bot.desk.rights import Person, Relation
from bot.errors import NotFound
from bot.model import JSON
from bot.services.announcing import Announcing, checked_goods
from bot.services.desk_base import DeskBase, check_relation

SIGNAL = "announcement"


class DeskAnnouncements(DeskBase):
    """Supervisors switch; everybody at the desk sees what is on. StoreDown."""

    @property
    def announcing(self) -> Announcing:
        """The one that hand-offs speak of, too."""
        return self.parts.hand_offs.announcing

    async def announcements(self, person: Person, now: datetime) -> list[JSON]:
        """Every announcement of the shop, with what is on. Forbidden."""
        check_relation(person, "announce", Relation.NONE)
        on = {one.prepared.id: one.to_desk() for one in await self.announcing.on(now)}
        return [
            {"id": one.id, "title": one.zh, "title_en": one.en, "listed": one.affects.listed, "on": on.get(one.id)}
            for one in self.announcing.rules.prepared.values()
        ]

    async def preview(self, person: Person, id_: str, back_at: datetime | None, now: datetime) -> JSON:
        """{"text", "text_en"} as customers would read it now. Forbidden, NotFound."""
        check_relation(person, "announce", Relation.NONE)
        rules = self.announcing.rules
        if id_ not in rules.prepared:
            raise NotFound("没有这条公告，可能刚从 data/shop/announcements.yml 里删掉了")
        said = words(rules, rules.prepared[id_], Running(id_, "", person.id, person.name, now, back_at), now)
        return {"text": said.zh, "text_en": said.en}

    async def announce(
        self, person: Person, id_: str, deed: str, back_at: datetime | None, until: datetime | None, goods: Sequence[str], now: datetime
    ) -> list[JSON]:  # fmt: skip
        """On for everybody, or with other times and goods; the same deed once more changes nothing. Forbidden, NotFound, BadInput."""
        check_relation(person, "announce", Relation.NONE)
        fresh = await self.announcing.switch_on(
            id_, deed, by=person.id, name=person.name, now=now, back_at=back_at, until=until, goods=goods
        )
        if fresh:
            times = {key: at.isoformat() for key, at in (("back_at", back_at), ("until", until)) if at}
            await self.audit(person, "announce", now, announcement=id_, goods=list(checked_goods(goods)) or None, **times)
            await self.parts.signals.publish(SIGNAL)
        return await self.announcements(person, now)

    async def end_announcement(self, person: Person, id_: str, now: datetime) -> list[JSON]:
        """Off for everybody; once more changes nothing. Forbidden, NotFound."""
        check_relation(person, "announce", Relation.NONE)
        if await self.announcing.switch_off(id_):
            await self.audit(person, "announce_off", now, announcement=id_)
            await self.parts.signals.publish(SIGNAL)
        return await self.announcements(person, now)
