"""Builders of the gateway's tests: known keys, a ticket, a loop that plays the worker, the gateway as tests hold it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient

from bot.errors import StoreDown
from bot.model import JSON, Severity, Ticket, TicketState
from bot.stores.record import Record
from bot.stores.redis_signals import RedisSignals
from bot.stores.redis_workers import Workers
from bot.stores.values import TurnStart

KEY = "qt_test"
GROUP = "returns_refunds"
DECISION: JSON = {
    "label": "faq.return_steps", "label2": None, "confidence": 0.9, "action": "answer", "path": None, "severity": "normal",
    "group": None, "ask": [], "hand_off": None,
}  # fmt: skip


def now() -> datetime:
    return datetime.now(timezone.utc)


@dataclass
class SomeKeys:
    """The keys that are known; `away` when PostgreSQL cannot be asked."""

    known: set[str] = field(default_factory=lambda: {KEY})
    away: bool = False

    async def check(self, key: str) -> bool:
        if self.away:
            raise StoreDown("查 API key：PostgreSQL 现在连不上")
        return key in self.known


def a_ticket(ticket_id: str, conversation: str, **changes: object) -> Ticket:
    opened = now()
    ticket = Ticket(
        ticket_id,
        conversation,
        "dispute.product_quality",
        GROUP,
        TicketState.WAITING,
        opened,
        opened + timedelta(minutes=30),
        Severity.NORMAL,
    )
    return replace(ticket, order_no="202611110000001001", reason="gathered", summary="开线", **changes)  # type: ignore[arg-type]


@dataclass
class Player:
    """Plays the worker: `lines` says what it answers to a turn; 转人工 hands off."""

    record: Record
    lines: Callable[[TurnStart], list[JSON]] = lambda turn: [
        {"type": "say", "by": "bot", "text": f"答：{turn.message.text if turn.message else ''}"}
    ]

    async def play(self) -> None:
        while True:
            for entry in await self.record.take("player", 10, 200):
                while not await self.record.done(entry):
                    await self.turn(entry.conversation)

    async def turn(self, conversation: str) -> None:
        start = await self.record.load_turn(conversation)
        assert start.message is not None
        off = start.message.text == "转人工"
        ticket = a_ticket(await self.record.new_ticket_id(now()), conversation) if off else None
        lines = self.lines(start) + ([{"type": "notice", "by": "desk", "text": "您排在第 1 位。"}] if off else [])
        decision = DECISION | (
            {"action": "hand_off", "hand_off": {"group": GROUP, "reason": "human", "ticket_id": ticket.id}} if ticket else {}
        )
        await self.record.commit_turn(
            conversation, epoch=start.conversation.epoch, message_no=start.message.no, lines=lines, decision=decision, tracker_slots={},
            tracker_events=[], label=decision["label"], ticket=ticket, now=now(), reason="human" if off else "",
        )  # fmt: skip


@dataclass
class Gate:
    """The gateway as the tests hold it."""

    client: TestClient[web.Request, web.Application]
    record: Record
    workers: Workers
    keys: SomeKeys
    player: Player
    database: dict[str, bool]
    var_dir: Path
    signals: RedisSignals

    async def send(self, body: object, **options: object) -> ClientResponse:
        return await self.call("POST", "/webhooks/rest/webhook", json=body, **options)

    async def say(self, sender: str, message: str, **metadata: object) -> list[JSON]:
        """What the customer reads after this message."""
        answer = await self.send({"sender": sender, "message": message, "metadata": metadata})
        assert answer.status == 200, await answer.text()
        found: list[JSON] = await answer.json()
        return found

    async def call(self, method: str, path: str, key: str | None = KEY, **options: object) -> ClientResponse:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return await self.client.request(method, path, headers=headers, **options)  # type: ignore[arg-type]


OpenGate = Callable[..., Awaitable[Gate]]
