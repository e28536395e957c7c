"""Words at the desk: lines for the customer, notes among colleagues."""

from __future__ import annotations

from datetime import datetime

from bot.desk.rights import Person, Relation
from bot.errors import BadInput
from bot.model import agent_owner
from bot.services.desk_base import DeskBase, check, check_relation
from bot.services.desk_texts import checked_line, checked_words
from bot.stores.values import Written


class Talk(DeskBase):
    """Every word has the page's own id: a retry finds the first one."""

    async def say(self, person: Person, conversation: str, client_id: str, text: str, images: tuple[str, ...], now: datetime) -> Written:
        """A line for the customer. Stale when the conversation is another's: who may must take it over first."""
        # Not the relation of this moment: a retry of a line that was said must find it, also after the ticket went on.
        check_relation(person, "say", Relation.OWN)
        text = checked_line(text, images)
        if images:
            owners = await self.parts.uploads.owners(images)
            if not {agent_owner(person.id), conversation}.issuperset(owners):
                raise BadInput("图片没有上传好，或已过期：请重新选择")
            await self.parts.uploads.keep(images, conversation)
        return await self.record.say(conversation, person.id, text, now=now, name=person.name, images=images, client_id=client_id)

    async def whisper(self, person: Person, conversation: str, client_id: str, text: str, now: datetime) -> Written:
        """A note that no customer sees."""
        _, ticket = await self.conversation(conversation)
        check(person, "whisper", ticket)
        event = {"type": "whisper", "by": agent_owner(person.id), "name": person.name, "text": checked_words(text)}
        return await self.record.write(conversation, event, now=now, client_id=client_id)

    async def typing(self, person: Person, conversation: str, on: bool) -> None:
        """Tells colleagues that the person writes there; the customer only when it is the one who speaks with him."""
        known = await self.record.conversation(conversation)
        who = "agent" if known is not None and known.owner == agent_owner(person.id) else "colleague"
        await self.parts.signals.publish("typing", conversation=conversation, who=who, id=person.id, name=person.name, on=on)

    async def seen(self, person: Person, conversation: str, no: int) -> None:
        """The person has read the conversation up to that number."""
        await self.record.mark_seen(person.id, conversation, no)
