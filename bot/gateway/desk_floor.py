"""The desk's sockets of this process, and what all of them hear: tickets that change, signals, the end of a sign-in.

A ticket's row is read once for all who must hear of it and encoded once. News come faster than rows can be read when much happens; a
ticket that changed three times meanwhile is sent once, as it is then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime

import structlog

from bot.desk.rights import Person, may, relation
from bot.errors import StoreDown
from bot.gateway.desk_moves import Moved, Moves, hears, hears_alert, place_of
from bot.gateway.frames import encode
from bot.gateway.hub import Hub
from bot.gateway.recent import Recent
from bot.gateway.socket import Close, Socket
from bot.model import BOT, CLOSED, JSON, Ticket
from bot.services.desk import Desk
from bot.services.desk_rows import people_of, row_json
from bot.services.sign_in import SignedIn
from bot.services.traces import where
from bot.stores.values import News

RETRY_S = 0.5
ROWS_AT_ONCE = 100
MOST_CONVERSATIONS = 20_000
SAME_FOR_ALL_S = 0.5
"""So long a welcome may show queues and people as they were for another page; what changes since is sent to both."""

log = structlog.get_logger("gateway")


class Seat:
    """One page of one person: its socket, and the conversations that it shows."""

    def __init__(self, socket: Socket, signed: SignedIn, groups: tuple[str, ...]) -> None:
        self.socket, self.signed, self.groups = socket, signed, groups
        self.watched: set[str] = set()
        self._waiting: list[bytes] | None = []

    @property
    def person(self) -> Person:
        """Who sits here."""
        return self.signed.person

    def tell(self, encoded: bytes) -> None:
        """A frame for the page; while its welcome is being made it waits behind that."""
        if self._waiting is None:
            self.socket.send(encoded)
        else:
            self._waiting.append(encoded)

    def begin(self) -> None:
        """A welcome is being made."""
        self._waiting = self._waiting or []

    def welcome(self, frame: JSON) -> None:
        """The welcome, and what happened while it was made."""
        waiting, self._waiting = self._waiting or [], None
        self.socket.send(frame)
        for encoded in waiting:
            self.socket.send(encoded)

    def leave(self, close: Close, code: str, error: str) -> None:
        """Says goodbye and closes."""
        self.socket.send({"type": "bye", "code": code, "error": error})
        self.socket.close_soon(close, code)


class Floor:
    """Who sits where. `hear` is its ear for news; `run` reads rows and sends them."""

    def __init__(self, desk: Desk, hub: Hub, clock: Callable[[], datetime]) -> None:
        self._desk, self._hub, self._clock = desk, hub, clock
        self.seats: set[Seat] = set()
        self.moved: list[Callable[[], None]] = []
        """Called when a ticket changed hands or state: counts and loads are others now."""
        self._moves = Moves()
        self._tickets: dict[str, None] = {}
        self._conversations: dict[str, None] = {}
        self._ticket_of: dict[str, str] = {}
        self._missed = False
        self._knows = False
        """Whether it is known where every open ticket is: else those who lose one would not hear of it."""
        self._changed = asyncio.Event()
        self._team = Recent(lambda: desk.agents(clock()), SAME_FOR_ALL_S)
        self._queues = Recent(lambda: desk.queues(desk.groups, clock()), SAME_FOR_ALL_S)

    def forget(self) -> None:
        """Queues or people are others now: the next welcome reads them again."""
        self._team.clear()
        self._queues.clear()

    def sit(self, seat: Seat) -> None:
        """A page came."""
        self.seats.add(seat)

    def rise(self, seat: Seat) -> None:
        """A page is gone."""
        self.seats.discard(seat)

    def of(self, agent: str) -> list[Seat]:
        """The pages of one person."""
        return [seat for seat in self.seats if seat.person.id == agent]

    def tell(self, frame: JSON, seats: Iterable[Seat] | None = None) -> None:
        """The frame for all of these, encoded once."""
        encoded = encode(frame)
        for seat in tuple(self.seats if seats is None else seats):
            seat.tell(encoded)

    def hear(self, news: News) -> None:
        """The ear for news: what changed is read and sent by `run`."""
        if not self.seats:
            self._knows = False
            return
        if news.conversation is None:
            self._missed = True
        elif news.ticket is not None:
            self._tickets[news.ticket] = None
            self._remember(news.conversation, news.ticket)
        elif news.owner not in (BOT, CLOSED):
            self._conversations[news.conversation] = None
        else:
            return
        self._changed.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            try:
                await self._step()
            except StoreDown:
                self._missed = True
                await asyncio.sleep(RETRY_S)
                self._changed.set()
            except Exception as error:
                log.error("floor_failed", error=type(error).__name__, where=where(error))

    async def welcome(self, seat: Seat) -> None:
        """All that the page begins with; from here on it hears of every change. StoreDown."""
        seat.begin()
        if not self._knows:
            await self._learn()
        person, now = seat.person, self._clock()
        mine = await self._desk.mine(person)
        seen = await self._desk.record.seen(person.id)
        frame = {
            "type": "welcome",
            "me": (await self._desk.me(person, now))["me"],
            "queues": [queue for queue in await self._queues.get() if queue["group"] in seat.groups],
            "mine": mine,
            "agents": await self._team.get() if self._desk.sees_team(person) else [],
            "phase": (await self._desk.phases.now(now)).phase,
            "announcements": [one.to_desk() for one in await self._desk.announcing.on(now)],
            "unseen": {row["conversation"]: seen.get(row["conversation"], 0) for row in mine},
        }
        seat.welcome(frame)

    async def alert(self, ticket_id: str, what: str, owner: str | None = None) -> None:
        """A clock of the ticket ran out: its people hear of it, and the owner of what it is about (an agent or a group), also once the
        ticket is another's or closed. StoreDown."""
        for row in await self._desk.record.desk_rows([ticket_id]):
            shown = await self._desk.rows.row(ticket_id)
            there = Moved(what, place_of(row), None)
            seats = [seat for seat in self.seats if hears_alert(seat.person, there, owner, row.ticket)]
            self.tell({"type": "alert", "row": shown, "what": what}, seats)

    async def _step(self) -> None:
        if self._missed:
            # Whatever happened while nobody listened: every page begins again.
            self._missed = self._knows = False
            for seat in tuple(self.seats):
                await self.welcome(seat)
        conversations, self._conversations = self._conversations, {}
        for conversation in conversations:
            ticket_id = self._ticket_of.get(conversation) or await self._ask(conversation)
            if ticket_id is not None:
                self._tickets[ticket_id] = None
        while self._tickets:
            some = list(self._tickets)[:ROWS_AT_ONCE]
            # Before they are read: what changes from now on is read again.
            for ticket_id in some:
                del self._tickets[ticket_id]
            await self._send_rows(some)

    async def _send_rows(self, ticket_ids: list[str]) -> None:
        found = await self._desk.record.desk_rows(ticket_ids)
        names = await self._desk.parts.names.of(sorted({who for row in found for who in people_of(row.ticket)}))
        rules, any_moved = self._desk.parts.rules(), False
        for row in found:
            moved = self._moves.seen(row)
            any_moved = any_moved or moved.is_move
            seats = [seat for seat in self.seats if row.ticket.conversation in seat.watched or hears(seat.person, moved)]
            if moved.is_move:
                self._close_eyes(row.ticket)
            if seats:
                self.tell({"type": "row", "row": row_json(row, rules, names), "why": moved.why}, seats)
        if any_moved:
            for ear in self.moved:
                ear()

    async def _learn(self) -> None:
        """Where every open ticket is, read once when the first page comes, and again after news were missed."""
        self._knows = True
        record = self._desk.record
        try:
            waiting = [id_ for queue in await record.queues() if queue.length for id_ in await record.queue_members(queue.group)]
            held = [one.ticket for some in (await record.held_all()).values() for one in some]
            ids = [*waiting, *held]
            for start in range(0, len(ids), ROWS_AT_ONCE):
                for row in await record.desk_rows(ids[start : start + ROWS_AT_ONCE]):
                    self._moves.seen(row)
        except StoreDown:
            self._knows = False
            raise

    def _close_eyes(self, ticket: Ticket) -> None:
        """Who may not see the conversation in its new place sees no more of it."""
        for seat in self.seats:
            if ticket.conversation in seat.watched and not may(seat.person.role, "see_conversation", relation(seat.person, ticket)):
                self._hub.leave(ticket.conversation, seat.socket)
                seat.watched.discard(ticket.conversation)

    async def _ask(self, conversation: str) -> str | None:
        known = await self._desk.record.conversation(conversation)
        if known is None or known.ticket_id is None:
            return None
        self._remember(conversation, known.ticket_id)
        return known.ticket_id

    def _remember(self, conversation: str, ticket_id: str) -> None:
        self._ticket_of[conversation] = ticket_id
        if len(self._ticket_of) > MOST_CONVERSATIONS:
            del self._ticket_of[next(iter(self._ticket_of))]
