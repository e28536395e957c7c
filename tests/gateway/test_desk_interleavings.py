"""A customer and two desks against each other in random order, lines cut in between: everybody ends with the same transcript."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field

from desk_pages import Browser, DeskGate, DeskSocket, eventually
from gates import now
from visitor_pages import Page

from bot.gateway.keys import TOKENS
from bot.model import JSON
from bot.services.ledger import audit

ROUNDS, STEPS = 50, 14
DEEDS = ("say", "say", "say", "claim", "give-back", "transfer", "whisper", "plan", "retry", "cut", "wait")


@dataclass
class Side:
    """One desk: its page and what it has read, across cuts."""

    browser: Browser
    conversation: str
    socket: DeskSocket | None = None
    events: list[JSON] = field(default_factory=list)
    said: int = 0
    reader: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """A page that goes on where the last one ended."""
        context = self.browser.session.ws_connect(f"{self.browser.origin}/ws/desk", headers={"Origin": self.browser.origin})
        self.socket = DeskSocket(await context)
        await self.socket.send("watch", conversation=self.conversation, after=self.events[-1]["no"] if self.events else 0)
        self.reader = asyncio.create_task(self._read(self.socket))

    async def cut(self) -> None:
        """The line is gone, whatever is on it."""
        assert self.socket is not None and self.reader is not None
        self.reader.cancel()
        await asyncio.wait({self.reader})
        await self.socket.socket.close()

    async def _read(self, socket: DeskSocket) -> None:
        while (frame := await socket.next()) is not None:
            if frame["type"] == "events" and frame["conversation"] == self.conversation:
                self.events += frame["events"]

    async def deed(self, what: str, ticket: str) -> None:
        """One deed; that it is refused is as good as that it is done."""
        if what == "cut":
            await self.cut()
            await self.open()
        elif what in ("say", "retry", "whisper"):
            self.said += what != "retry"
            path = "whisper" if what == "whisper" else "say"
            body = {"client_id": f"{self.browser.person.id}-{self.said}", "text": f"{self.browser.person.name}{self.said}"}
            answer = await self.browser.post(f"conversations/{self.conversation}/{path}", **body)
            assert answer.status in (200, 409)
        elif what in ("claim", "plan", "give-back", "transfer"):
            body = {"transfer": {"group": "exceptions", "reason": ""}, "give-back": {"reason": ""}}.get(what, {})
            answer = await self.browser.post(f"tickets/{ticket}/{what}", **body)
            assert answer.status in (200, 403, 409), await answer.text()
        else:
            await asyncio.sleep(0.001)


class Customer:
    """The customer's page, across cuts."""

    def __init__(self, floor: DeskGate) -> None:
        self.floor, tokens = floor, floor.gate.client.app[TOKENS]
        self.visitor = tokens.visitor(None, None, now())
        self.token = tokens.session(self.visitor, now())
        self.words: list[tuple[int, str]] = []
        self.acks: set[str] = set()
        self.last = 0

    async def open(self) -> None:
        self.page = Page(await self.floor.gate.client.ws_connect("/ws/visitor"), self.token)
        await self.page.send("sync", token=self.token, after=self.last)
        self.reader = asyncio.create_task(self._read(self.page))

    async def cut(self) -> None:
        self.reader.cancel()
        await asyncio.wait({self.reader})
        await self.page.socket.close()

    async def write(self, chance: random.Random) -> None:
        for n in range(STEPS // 2):
            for _ in range(chance.choice((1, 1, 2))):  # sometimes sent twice
                await self.page.send("message", client_id=f"v{n}", text=f"顾客{n}")
            if chance.random() < 0.2:
                # What has no ack is sent again over the next line, as a page does.
                await self.cut()
                await self.open()
                await self.page.send("message", client_id=f"v{n}", text=f"顾客{n}")
            await eventually(lambda n=n: f"v{n}" in self.acks)  # type: ignore[misc]

    async def _read(self, page: Page) -> None:
        while (frame := await page.next()) is not None:
            if frame["type"] == "ack":
                self.acks.add(frame["client_id"])
            elif frame["type"] == "event":
                self.last = frame["no"]
                if frame["kind"] in ("message", "say"):
                    self.words.append((frame["no"], frame["text"]))


async def one_round(floor: DeskGate, seed: int) -> None:
    chance, customer = random.Random(seed), Customer(floor)
    conversation = customer.visitor.conversation
    await customer.open()
    ticket = (await floor.ticket(conversation)).id
    sides = [Side(floor.browsers[name], conversation) for name in ("lin", "mei")]
    for side in sides:
        await side.open()

    async def desk(side: Side) -> None:
        for what in [chance.choice(DEEDS) for _ in range(STEPS)]:
            await side.deed(what, ticket)

    await asyncio.gather(*(desk(side) for side in sides), customer.write(chance))
    log = await floor.gate.record.events(conversation)
    wanted = [(event["no"], event["type"], event.get("text")) for event in log]
    for side in sides:
        await eventually(lambda side=side: side.events and side.events[-1]["no"] == log[-1]["no"])  # type: ignore[misc]
        assert [(event["no"], event["type"], event.get("text")) for event in side.events] == wanted, seed
        fresh = (await side.browser.read(f"conversations/{conversation}/events?after=0"))["events"]
        assert fresh == side.events, seed
        await side.cut()
    read = [(event["no"], event["text"]) for event in log if event["type"] in ("message", "say")]
    await eventually(lambda: customer.words and customer.words[-1] == read[-1])
    assert customer.words == read, seed
    await customer.cut()
    texts = [event["text"] for event in log if event["type"] in ("message", "say")]
    assert len(texts) == len(set(texts)), f"{seed}: a retry doubled a line"
    assert [event["text"] for event in log if event["type"] == "message"][1:] == [f"顾客{n}" for n in range(STEPS // 2)]
    owners = {"owner": "queue:exceptions"}
    for event in log:
        if event["type"] == "owner":
            owners["owner"] = event["owner"]
        if event["type"] == "say":
            assert event["by"] == owners["owner"], f"{seed}: somebody spoke who was not the owner"


async def test_in_any_order_everybody_reads_the_same_and_one_speaks(floor: DeskGate) -> None:
    await floor.signed_in("lin", "mei")
    for first in range(0, ROUNDS, 5):
        await asyncio.gather(*(one_round(floor, seed) for seed in range(first, first + 5)))
    assert (await audit(floor.gate.record)).problems == []
