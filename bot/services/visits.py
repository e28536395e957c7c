"""What a visitor does in his conversation: words, pictures, buttons, a rating, a sign that he types. Each once per client_id."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.desk.tickets import ended_of
from bot.errors import BadInput, NotFound, TooLong
from bot.model import BOT, JSON, Ticket
from bot.services.brought import attach_brought
from bot.services.shop_page import ShopPage
from bot.services.visitor_tokens import Visitor
from bot.stores.record import Record
from bot.stores.redis_signals import RedisSignals
from bot.stores.redis_uploads import RedisUploads

BY_VISITOR = "visitor"
_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True)
class Done:
    """What was done is on disk under `no`; `duplicate` when it was before."""

    no: int
    duplicate: bool


class Visits:
    """The visitor's side of the record; `page` gives the words of the customers' page in force. All methods raise StoreDown."""

    def __init__(
        self, record: Record, uploads: RedisUploads, signals: RedisSignals, page: Callable[[], ShopPage], *, max_chars: int
    ) -> None:
        self._record, self._uploads, self._signals = record, uploads, signals
        self._page, self._max_chars = page, max_chars

    async def say(
        self, visitor: Visitor, client_id: str, text: str, *, now: datetime, images: Sequence[str] = (), title: str | None = None
    ) -> Done:
        """A message. BadInput when there is nothing in it or a picture is not the visitor's own, TooLong."""
        text = self._checked(text, needed=not images)
        if images:
            await self._take(visitor, images)
        accepted = await self._record.accept(
            visitor.conversation, text, client_id, now=now, buyer_id=visitor.buyer, images=images, title=title
        )
        await attach_brought(self._record, visitor.conversation, accepted, images, now)
        return Done(accepted.no, accepted.duplicate)

    async def rate(
        self, visitor: Visitor, client_id: str, *, good: bool, reasons: Sequence[str], words: str, ticket: str | None, now: datetime
    ) -> Done:
        """A rating of a ticket, or of the conversation so far. BadInput when there was none, or a reason is not on the page."""
        page = self._page()
        known = {choice.name for choice in (page.good if good else page.bad)}
        if not known.issuperset(reasons):
            raise BadInput("评价的理由已经变了，请刷新页面再评")
        found = None
        if ticket is not None:
            found = await self._record.ticket(ticket)
            if found is None or found.conversation != visitor.conversation:
                raise BadInput("没有这张工单，不能评价")
        event = {
            "type": "rated", "by": BY_VISITOR, **_rated_of(found), "good": good, "reasons": list(dict.fromkeys(reasons)),
            "words": _storable(words).strip(),
        }  # fmt: skip
        try:
            written = await self._record.write(visitor.conversation, event, now=now, client_id=client_id)
        except NotFound:
            raise BadInput("还没有聊过，不能评价") from None
        return Done(written.no, written.duplicate)

    async def typing(self, visitor: Visitor, on: bool) -> None:
        """Tells the desk that the visitor types, or stopped."""
        await self._signals.publish("typing", conversation=visitor.conversation, who=BY_VISITOR, on=on)

    async def _take(self, visitor: Visitor, images: Sequence[str]) -> None:
        owners = await self._uploads.owners(images)
        for number, owner in enumerate(owners, 1):
            if owner != visitor.conversation:
                raise BadInput(f"第 {number} 张图片没有上传好，或已过期：请重新选择")
        await self._uploads.keep(images, visitor.conversation)

    def _checked(self, text: str, *, needed: bool) -> str:
        if len(text) > self._max_chars:
            raise TooLong(f"这条消息有 {len(text)} 个字，最多 {self._max_chars} 个字，请分成几条发")
        text = _storable(text)
        if needed and not text.strip():
            raise BadInput("消息是空的，写几个字再发")
        return text if text.strip() else ""


def _rated_of(ticket: Ticket | None) -> JSON:
    """Whom the rating is of: who ended the ticket; the bot without one, or when it had the matter last."""
    ended = ended_of(ticket) if ticket is not None else None
    return {
        "of": ended.of if ended else BOT, "ticket": ticket.id if ticket else None, "agent": ended.agent if ended else None,
        "label": ticket.label if ticket else None,
    }  # fmt: skip


def _storable(text: str) -> str:
    """Without what no store keeps."""
    return _SURROGATE.sub("\ufffd", text.replace("\x00", ""))
