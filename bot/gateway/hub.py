"""Rooms: the sockets of this process that look at one conversation, and what is written there given to all of them in one order.

A room reads the log once for all. It remembers the last number it gave; a newcomer first gets what is missing up to that number, under
the same lock, so nobody sees a gap, a double or another order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from bot.errors import StoreDown
from bot.gateway.frames import encode
from bot.model import JSON
from bot.services.traces import where
from bot.stores.record import Record
from bot.stores.values import News

PAGE = 500
SYNC_MOST = 500
"""Numbers of a log that a socket is given at most when it joins; older ones are read page by page from the history."""
AT_ONCE = 32
"""Rooms that read at the same time: after Redis was away all of them want to."""
RETRY_S = 0.5

log = structlog.get_logger("gateway")


class View(Protocol):
    """How one kind of reader sees the log. Readers who see the same must share one view: it is asked once for all of them."""

    async def frames(self, conversation: str, events: Sequence[JSON]) -> list[JSON]:
        """The frames that show these events, in order; none for what such a reader is not to see."""
        ...


class Reader(Protocol):
    """A socket in a room."""

    def send(self, frame: bytes | JSON) -> None:
        """Takes a frame at once, or closes itself."""


@dataclass(frozen=True)
class Joined:
    """The room as a newcomer finds it: the log's last number `no`, and the one up to which nothing was given (`start`; `after`, or
    higher when the beginning is only in the history)."""

    no: int
    start: int


class Room:
    """One conversation and who looks at it."""

    def __init__(self, conversation: str) -> None:
        self.conversation = conversation
        self.readers: dict[Reader, View] = {}
        self.lock = asyncio.Lock()
        self.no: int | None = None
        self.users = 0
        self.task: asyncio.Task[None] | None = None
        self.again = False


class Hub:
    """All rooms of this process. `hear` is its ear for news; nothing is subscribed here."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._rooms: dict[str, Room] = {}
        self._reading = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    def hear(self, news: News) -> None:
        """Lets the room read what is new; all of them when news may have been missed."""
        if news.conversation is None:
            for room in self._rooms.values():
                self._wake(room)
            return
        here = self._rooms.get(news.conversation)
        if here is not None and (here.no is None or news.no > here.no):
            self._wake(here)

    async def join(
        self, conversation: str, reader: Reader, view: View, after: int | None, done: Callable[[Joined], None] = lambda _: None
    ) -> Joined:
        """From now on the reader gets what is written there, and first what stands above `after` (None: nothing that is there already).

        `done` is called before anything newer is given. A reader may join again, to be given the same once more. StoreDown.
        """
        room = self._rooms.setdefault(conversation, Room(conversation))
        room.users += 1
        try:
            async with room.lock:
                await self._read_on(room)
                assert room.no is not None
                room.readers.pop(reader, None)
                start = room.no if after is None else max(min(after, room.no), room.no - SYNC_MOST)
                events = await self._record.events(conversation, after=start, limit=room.no - start) if start < room.no else []
                if events:
                    start = max(start, int(events[0]["no"]) - 1)
                for frame in await view.frames(conversation, [event for event in events if event["no"] <= room.no]):
                    reader.send(frame)
                joined = Joined(room.no, start)
                done(joined)
                room.readers[reader] = view
                return joined
        finally:
            room.users -= 1
            self._free(room)

    def leave(self, conversation: str, reader: Reader) -> None:
        """The reader hears no more; the last one takes the room along."""
        room = self._rooms.get(conversation)
        if room is not None:
            room.readers.pop(reader, None)
            self._free(room)

    def tell(self, conversation: str, frame: JSON, *, view: type[View] | None = None) -> None:
        """A frame that is no event (somebody types) for those in the room, or those of one kind of view."""
        room = self._rooms.get(conversation)
        if room is None:
            return
        encoded = encode(frame)
        for reader, has in tuple(room.readers.items()):
            if view is None or isinstance(has, view):
                reader.send(encoded)

    def last_no(self, conversation: str) -> int:
        """The last number that the room gave; 0 when nobody is there."""
        room = self._rooms.get(conversation)
        return room.no or 0 if room is not None else 0

    def readers(self, conversation: str) -> tuple[Reader, ...]:
        """Who looks at it now, in this process."""
        room = self._rooms.get(conversation)
        return tuple(room.readers) if room is not None else ()

    def __len__(self) -> int:
        return len(self._rooms)

    async def stop(self) -> None:
        """Ends what reads."""
        for task in tuple(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _wake(self, room: Room) -> None:
        if room.task is not None:
            room.again = True
            return
        room.task = asyncio.create_task(self._pump(room))
        self._tasks.add(room.task)
        room.task.add_done_callback(self._tasks.discard)

    async def _pump(self, room: Room) -> None:
        """Reads until nothing is new; a store that is away is asked again as long as somebody looks."""
        try:
            while True:
                room.again = False
                try:
                    async with room.lock:
                        if room.readers:
                            await self._read_on(room)
                except StoreDown:
                    room.again = True
                    await asyncio.sleep(RETRY_S)
                except Exception as error:
                    log.error("room_failed", conversation=room.conversation, kind=type(error).__name__, where=where(error))
                if not room.again or not room.readers:
                    return
        finally:
            room.task = None
            self._free(room)

    async def _read_on(self, room: Room) -> None:
        """What is new in the log to all in the room; the first time only how far the log is. Under the room's lock."""
        async with self._reading:
            if room.no is None:
                found = await self._record.conversation(room.conversation)
                room.no = found.last_no if found is not None else 0
                return
            while True:
                events = await self._record.events(room.conversation, after=room.no, limit=PAGE)
                if events:
                    await self._give(room, events)
                    room.no = int(events[-1]["no"])
                if len(events) < PAGE:
                    return

    async def _give(self, room: Room, events: Sequence[JSON]) -> None:
        # All views before the first frame: when one cannot be asked now, nobody was given anything, and all is done again.
        shown = {view: [encode(frame) for frame in await view.frames(room.conversation, events)] for view in set(room.readers.values())}
        for reader, view in tuple(room.readers.items()):
            for frame in shown.get(view, ()):
                reader.send(frame)

    def _free(self, room: Room) -> None:
        if not room.readers and not room.users and room.task is None and self._rooms.get(room.conversation) is room:
            del self._rooms[room.conversation]
