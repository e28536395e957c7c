"""GET /ws/visitor: a customer's page (docs/live.md §3). What is acked is on disk."""

from __future__ import annotations

import time
from datetime import datetime, timezone

from aiohttp import web

from bot.errors import NotAllowed, StoreDown, TooMany
from bot.gateway.frames import error_frame
from bot.gateway.hub import Joined
from bot.gateway.keys import ANNOUNCEMENTS, BUCKETS, HUB, METERS, QUEUE_FRAMES, RECORD, SOCKETS, SYNCS, TOKENS, VISITOR_VIEW, VISITS
from bot.gateway.socket import Close, Socket
from bot.gateway.visitor_frames import INCOMING, Button, Image, Message, Rate, Sync, Typing, VisitorFrame
from bot.gateway.visitor_views import VisitorView
from bot.model import JSON
from bot.services.visitor_tokens import Visitor
from bot.services.visits import Done
from bot.stores.codec import iso

FIRST_FRAME_S = 10.0
SOCKETS_EACH = 8
TYPING_EVERY_S = 1.0


async def visitor_socket(request: web.Request) -> web.StreamResponse:
    """The page's socket until it closes."""
    app = request.app
    async with app[SOCKETS].open(request, INCOMING, without_origin=True) as socket:
        first = await socket.first(FIRST_FRAME_S)
        if isinstance(first, VisitorFrame):
            try:
                visitor = app[TOKENS].read(first.token)
            except NotAllowed:
                await socket.close(Close.NO_SESSION, "no session")
                return socket.response
            with app[SOCKETS].counted(visitor.conversation, SOCKETS_EACH) as fits:
                if fits:
                    await Visit(app, socket, visitor).serve(first)
                else:
                    await socket.close(Close.TOO_MANY_SOCKETS, "too many sockets of this visitor")
    return socket.response


class Visit:
    """One page of one visitor, from its first frame on."""

    def __init__(self, app: web.Application, socket: Socket, visitor: Visitor) -> None:
        self._app, self._socket, self._visitor = app, socket, visitor
        self._typed_at = 0.0
        self._typing = False

    async def serve(self, first: VisitorFrame) -> None:
        """All of its frames; the page is in its room before the first of them does anything."""
        conversation = self._visitor.conversation
        if not await self._enter(first.after if isinstance(first, Sync) else None):
            return
        try:
            if not isinstance(first, Sync):
                await self._socket.answer(self.hear, first)
            await self._socket.serve(self.hear)
        finally:
            self._app[HUB].leave(conversation, self._socket)
            self._app[QUEUE_FRAMES].leave(conversation)
            self._app[ANNOUNCEMENTS].leave(self._socket)

    async def hear(self, frame: VisitorFrame) -> None:
        """One frame. Errors are answered by the socket."""
        now = datetime.now(timezone.utc)
        if frame.token is not None:
            self._renew(frame.token)
        if now > self._visitor.until:
            await self._socket.close(Close.NO_SESSION, "session expired")
        elif isinstance(frame, (Message, Image, Button)):
            await self._message(frame, now)
        elif isinstance(frame, Rate):
            await self._rate(frame, now)
        elif isinstance(frame, Typing):
            await self._type(frame.on)
        elif isinstance(frame, Sync):
            self._app[SYNCS].take(self._visitor.conversation, time.monotonic())
            await self._join(frame.after)
        else:
            self._socket.send({"type": "pong", "no": self._app[HUB].last_no(self._visitor.conversation)})

    async def _message(self, frame: Message | Image | Button, now: datetime) -> None:
        try:
            self._app[BUCKETS].take(self._visitor.conversation, time.monotonic())
        except TooMany:
            self._app[METERS].limited.inc()
            raise
        text, images, title = frame.payload if isinstance(frame, Button) else frame.text, (), None
        if isinstance(frame, Image):
            images = tuple(frame.images)
        if isinstance(frame, Button):
            title = frame.title
        done = await self._app[VISITS].say(self._visitor, frame.client_id, text, now=now, images=images, title=title)
        (self._app[METERS].duplicates if done.duplicate else self._app[METERS].accepted).inc()
        self._typing = False
        await self._ack(frame.client_id, done, now)

    async def _rate(self, frame: Rate, now: datetime) -> None:
        done = await self._app[VISITS].rate(
            self._visitor, frame.client_id, good=frame.good, reasons=frame.reasons, words=frame.words, ticket=frame.ticket, now=now
        )
        await self._ack(frame.client_id, done, now)

    async def _ack(self, client_id: str, done: Done, now: datetime) -> None:
        at = iso(now)
        if done.duplicate:
            # The time of the first one; the archive may have taken it.
            events = await self._app[RECORD].events(self._visitor.conversation, after=done.no - 1, limit=1)
            at = events[0]["at"] if events and events[0]["no"] == done.no else at
        self._socket.send({"type": "ack", "client_id": client_id, "no": done.no, "at": at, "duplicate": done.duplicate})

    async def _type(self, on: bool) -> None:
        # Somebody who types sends it again and again; the desk need not hear of each.
        if on == self._typing and time.monotonic() < self._typed_at + TYPING_EVERY_S:
            return
        self._typing, self._typed_at = on, time.monotonic()
        await self._app[VISITS].typing(self._visitor, on)

    async def _enter(self, after: int | None) -> bool:
        conversation = self._visitor.conversation
        try:
            await self._join(after)
            await self._app[QUEUE_FRAMES].enter(conversation, self._socket)
            await self._app[ANNOUNCEMENTS].enter(self._socket)
        except StoreDown as error:
            # Without its room the page would miss what is written: it comes back when the store does.
            self._socket.send(error_frame(error))
            await self._socket.close(Close.GOING_AWAY, "store down")
            self._app[HUB].leave(conversation, self._socket)
            return False
        return True

    async def _join(self, after: int | None) -> None:
        def synced(joined: Joined) -> None:
            if after is not None:
                trimmed = joined.start > min(after, joined.no)
                self._socket.send({"type": "synced", "no": joined.no, "from": joined.start, "trimmed": trimmed})

        await self._app[HUB].join(self._visitor.conversation, self._socket, self._app[VISITOR_VIEW], after, synced)

    def _renew(self, token: str) -> None:
        """A renewed token of the same visitor; any other ends the socket by itself, as the old one runs out."""
        fresh = self._app[TOKENS].read(token)
        if fresh.conversation != self._visitor.conversation:
            raise NotAllowed("这个会话已换成另一位顾客，请刷新页面")
        self._visitor = fresh


def typing_frame(signal: JSON) -> JSON | None:
    """The `typing` frame for the page when a signal says that a person at the desk types."""
    if signal.get("k") != "typing" or signal.get("who") != "agent":
        return None
    return {"type": "typing", "who": "agent", "name": signal.get("name") or None, "on": bool(signal.get("on"))}


def hear_typing(app: web.Application, signal: JSON) -> None:
    """The ear for signals."""
    frame = typing_frame(signal)
    if frame is not None:
        app[HUB].tell(str(signal.get("conversation")), frame, view=VisitorView)
