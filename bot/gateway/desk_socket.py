"""GET /ws/desk: a page of the desk (docs/live.md §6)."""

from __future__ import annotations

from datetime import datetime, timezone
from time import monotonic

from aiohttp import web

from bot.desk.rights import sees_numbers
from bot.errors import BadInput, StoreDown
from bot.gateway.desk_door import who
from bot.gateway.desk_floor import Seat
from bot.gateway.desk_frames import INCOMING, Active, AgentTyping, Seen, Unwatch, Watch
from bot.gateway.desk_keys import DESK, FLOOR, LOOKERS, PULSE, SIGN_INS, VIEWS
from bot.gateway.frames import Frame, error_frame
from bot.gateway.hub import Joined
from bot.gateway.keys import HUB, SOCKETS
from bot.gateway.socket import Close, Socket
from bot.services.sign_in import SignedIn

SOCKETS_EACH = 8
WATCHED_MOST = 40
TYPING_EVERY_S = 1.0


async def desk_socket(request: web.Request) -> web.StreamResponse:
    """The page's socket until it closes; the cookie says whose it is."""
    app = request.app
    async with app[SOCKETS].open(request, INCOMING, without_origin=False) as socket:
        if socket.response.closed:
            return socket.response
        try:
            signed = await who(request, use=True)
        except StoreDown as error:
            socket.send(error_frame(error))
            await socket.close(Close.GOING_AWAY, "store down")
            return socket.response
        if signed is None:
            await socket.close(Close.NO_SESSION, "not signed in")
            return socket.response
        with app[SOCKETS].counted(f"agent:{signed.person.id}", SOCKETS_EACH) as fits:
            if fits:
                await DeskPage(app, socket, signed).serve()
            else:
                await socket.close(Close.TOO_MANY_SOCKETS, "too many sockets of this person")
    return socket.response


class DeskPage:
    """One page of one person."""

    def __init__(self, app: web.Application, socket: Socket, signed: SignedIn) -> None:
        self._app, self._socket, self._desk = app, socket, app[DESK]
        self._seat = Seat(socket, signed, self._desk.groups_of(signed.person))
        self._typed, self._typed_at = ("", False), 0.0
        self._view = app[VIEWS][sees_numbers(signed.person.role)]

    async def serve(self) -> None:
        """All of its frames."""
        floor, person = self._app[FLOOR], self._seat.person
        floor.sit(self._seat)
        try:
            await self._desk.arrive(person, _now())
            await floor.welcome(self._seat)
            await self._socket.serve(self.hear)
        except StoreDown as error:
            self._socket.send(error_frame(error))
            await self._socket.close(Close.GOING_AWAY, "store down")
        finally:
            floor.rise(self._seat)
            for conversation in tuple(self._seat.watched):
                await self._unwatch(conversation)

    async def hear(self, frame: Frame) -> None:
        """One frame. Errors are answered by the socket."""
        if isinstance(frame, Watch):
            await self._watch(frame.conversation, frame.after)
        elif isinstance(frame, Unwatch):
            if frame.conversation in self._seat.watched:
                await self._unwatch(frame.conversation)
        elif isinstance(frame, AgentTyping):
            await self._type(frame)
        elif isinstance(frame, Seen):
            await self._desk.seen(self._seat.person, frame.conversation, frame.no)
        elif isinstance(frame, Active):
            if await self._app[SIGN_INS].who(self._seat.signed.token, _now(), use=True) is None:
                await self._app[PULSE].check_one(self._seat)
        else:
            self._socket.send({"type": "pong"})

    async def _type(self, frame: AgentTyping) -> None:
        # Somebody who types says so again and again; the others need not hear of each.
        again = (frame.conversation, frame.on) == self._typed and monotonic() < self._typed_at + TYPING_EVERY_S
        if frame.conversation in self._seat.watched and not again:
            self._typed, self._typed_at = (frame.conversation, frame.on), monotonic()
            await self._desk.typing(self._seat.person, frame.conversation, frame.on)

    async def _watch(self, conversation: str, after: int) -> None:
        await self._desk.may_see(self._seat.person, conversation)
        if len(self._seat.watched) >= WATCHED_MOST and conversation not in self._seat.watched:
            raise BadInput(f"同时最多打开 {WATCHED_MOST} 个会话，请先关掉几个")

        def synced(joined: Joined) -> None:
            self._socket.send({"type": "synced", "conversation": conversation, "no": joined.no, "from": joined.start})

        await self._app[HUB].join(conversation, self._socket, self._view, after, synced)
        self._seat.watched.add(conversation)
        await self._app[LOOKERS].look(conversation, self._seat.person.id, _now())
        await self._desk.parts.signals.publish("look", conversation=conversation)

    async def _unwatch(self, conversation: str) -> None:
        self._app[HUB].leave(conversation, self._socket)
        self._seat.watched.discard(conversation)
        # Another page of the same person may still show it.
        if any(conversation in seat.watched for seat in self._app[FLOOR].of(self._seat.person.id)):
            return
        try:
            await self._app[LOOKERS].look_away(conversation, self._seat.person.id)
            await self._desk.parts.signals.publish("look", conversation=conversation)
        except StoreDown:
            return  # It is forgotten by itself.


def _now() -> datetime:
    return datetime.now(timezone.utc)
