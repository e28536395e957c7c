"""Announcements in force: what is on, switched on and off, and said in conversations; each once in a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.desk.announcements import Announcements, Prepared, Running, Words, announced, concerns, words
from bot.errors import BadInput, NotFound
from bot.model import BOT, JSON, Announced, Conversation, Decision, Order
from bot.playbooks.writing import ENGLISH, written
from bot.services.desk_rules import DeskRules
from bot.stores.record import Record

MOST_GOODS, MOST_CHARS = 50, 60


@dataclass(frozen=True)
class On:
    """An announcement that is on, with its words now."""

    prepared: Prepared
    running: Running
    words: Words

    def to_json(self) -> JSON:
        """What a customer's page shows."""
        one, running = self.prepared, self.running
        return {
            "id": one.id, "title": one.zh, "title_en": one.en, "text": self.words.zh, "text_en": self.words.en,
            "since": running.at.isoformat(), "back_at": running.back_at.isoformat() if running.back_at else None,
        }  # fmt: skip

    def to_desk(self) -> JSON:
        """What the desk shows beside: by whom, until when, for which goods."""
        running = self.running
        until = running.until.isoformat() if running.until else None
        return self.to_json() | {"by": running.by, "name": running.name, "until": until, "goods": list(running.goods)}


class Announcing:
    """Reads what was switched on, with the words of the rules in force. All methods raise StoreDown."""

    def __init__(self, record: Record, rules: Callable[[], DeskRules]) -> None:
        self._record, self._rules = record, rules

    @property
    def rules(self) -> Announcements:
        """The file in force."""
        return self._rules().announcements

    async def on(self, now: datetime) -> list[On]:
        """What is on, the newest first; what the file no longer has is not."""
        return self._on(await self._record.announcements(), now)

    def _on(self, found: Iterable[Running], now: datetime) -> list[On]:
        rules = self.rules
        running = [one for one in found if one.is_on(now) and one.id in rules.prepared]
        return [On(rules.prepared[one.id], one, words(rules, rules.prepared[one.id], one, now)) for one in running]

    async def switch_on(
        self, id_: str, deed: str, *, by: str, name: str, now: datetime, back_at: datetime | None = None,
        until: datetime | None = None, goods: Sequence[str] = (),
    ) -> bool:  # fmt: skip
        """On from now, or with other times and goods where it is on; False when this deed did it before. NotFound, BadInput."""
        self._known(id_)
        before = next((one for one in await self._record.announcements() if one.id == id_ and one.is_on(now)), None)
        running = Running(id_, deed, by, name, now, back_at, until, checked_goods(goods))
        if before is not None:
            # The same run: who heard it does not hear it again because its time is another.
            running = Running(id_, before.run, by, name, before.at, back_at, until, running.goods)
        elif back_at is not None and back_at <= now:
            raise BadInput("预计恢复的时间已经过了，请改成以后的时间，或者先不填")
        if until is not None and until <= now:
            raise BadInput("自动关闭的时间已经过了，请改成以后的时间，或者先不填")
        return await self._record.announce(running, deed)

    async def switch_off(self, id_: str) -> bool:
        """Off at once; False when it was not on. NotFound."""
        self._known(id_)
        return await self._record.end_announcement(id_)

    async def for_turn(
        self, conversation: Conversation, orders: Iterable[Order], now: datetime, running: Iterable[Running] | None = None
    ) -> tuple[Announced, ...]:
        """What is on, with whether it concerns this customer and was said here; `running`: what was read already."""
        on = await self.on(now) if running is None else self._on(running, now)
        told = await self._record.announced_in(conversation.id, [one.running.run for one in on])
        known = tuple(orders)
        return tuple(
            announced(
                self.rules, one.prepared, one.running, now, told=one.running.run in told,
                concerned=concerns(one.prepared, one.running, conversation.label, known),
            )
            for one in on
        )  # fmt: skip

    async def say_first(
        self, conversation: Conversation, no: int, found: Iterable[Announced], decision: Decision, writing: str, now: datetime
    ) -> None:
        """Before the answer to message `no`: what concerns this customer and was not said here; what the answer says is only noted."""
        said = {line.text for line in decision.lines}
        about = str(decision.ticket.get("label") or decision.label)
        for one in found:
            if one.told or not (one.concerned or about in one.labels):
                continue
            text = in_writing(Words(one.zh, one.en), writing)
            if text in said:
                await self._record.was_announced(conversation.id, one.run, no)
            else:
                line = {"type": "say", "by": BOT, "text": text}
                await self._record.announce_in(conversation.id, one.run, line, owner=BOT, now=now, turn=no)

    def _known(self, id_: str) -> None:
        if id_ not in self.rules.prepared:
            raise NotFound(f"没有公告 {id_[:40]}，可用：{'、'.join(self.rules.prepared)}")


def in_writing(said: Words, writing: str) -> str:
    """The words as this customer reads them."""
    return said.en if writing == ENGLISH else written(said.zh, writing)


def checked_goods(goods: Sequence[str]) -> tuple[str, ...]:
    """The goods without blanks and doubles. BadInput for too many or too long ones."""
    found = tuple(dict.fromkeys(name for name in (" ".join(one.replace("\x00", "").split()) for one in goods) if name))
    if len(found) > MOST_GOODS or any(len(name) > MOST_CHARS for name in found):
        raise BadInput(f"商品最多列 {MOST_GOODS} 个，每个最多 {MOST_CHARS} 个字")
    return found
