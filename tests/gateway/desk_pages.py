"""The desk as tests hold it: people of every role with a browser each, sockets whose every frame is held against the schema."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from uuid import uuid4

import asyncpg
from aiohttp import ClientResponse, ClientSession, ClientWebSocketResponse, CookieJar, WSMsgType
from argon2 import PasswordHasher
from gates import Gate, a_ticket, now
from jsonschema import Draft7Validator

from bot.desk.rights import Person
from bot.gateway.desk_frames import document
from bot.gateway.desk_keys import DESK
from bot.model import JSON, Ticket
from bot.services.desk_base import DeskParts
from bot.services.staff import Staff, folded
from bot.shop.checks import moment
from bot.stores.sql import orders as orders_table
from bot.stores.sql import staff as staff_table
from bot.stores.sql.staff import Member
from bot.ticket_parts import Evidence
from tests.shop.orders_for_tests import an_order

_SCHEMA = document()
OUT = Draft7Validator({**_SCHEMA["out"], "definitions": _SCHEMA["definitions"]})
WAIT_S = 10.0
GROUP = "exceptions"
PASSWORD = "一个谁也猜不到的密码"
ORDER = an_order(5503)
PEOPLE = {
    "lin": ("小林", "agent", (GROUP,)), "mei": ("小美", "agent", (GROUP,)), "rui": ("小芮", "agent", ("reception",)),
    "boss": ("主管王", "supervisor", ("supervisor",)), "trainer": ("训练师", "trainer", ()), "admin": ("管理员", "admin", ()),
}  # fmt: skip


@dataclass
class DeskSocket:
    """A page's socket and what came over it."""

    socket: ClientWebSocketResponse
    frames: list[JSON] = field(default_factory=list)
    code: int | None = None
    """With which it closed: what the frame said, not whether our own goodbye still got through."""

    async def send(self, kind: str, **values: object) -> None:
        await self.socket.send_str(json.dumps({"type": kind, **values}))

    async def next(self) -> JSON | None:
        """The next frame; None when the socket closed."""
        message = await self.socket.receive(WAIT_S)
        if message.type is not WSMsgType.TEXT:
            self.code = message.data if message.type is WSMsgType.CLOSE else self.code or self.socket.close_code
            return None
        frame: JSON = json.loads(message.data)
        assert [error.message for error in OUT.iter_errors(frame)] == [], frame
        self.frames.append(frame)
        return frame

    async def until(self, kind: str, fits: Callable[[JSON], bool] = lambda _: True) -> JSON:
        """The next frame of that type which fits."""
        while (frame := await self.next()) is not None:
            if frame["type"] == kind and fits(frame):
                return frame
        raise AssertionError(f"closed with {self.code} before {kind}: {[f['type'] for f in self.frames]}")

    async def closed(self) -> int | None:
        """The code with which it closes."""
        while await self.next() is not None:
            pass
        return self.code


@dataclass
class Browser:
    """One browser at the desk."""

    gate: Gate
    session: ClientSession
    person: Person
    password: str
    me: JSON = field(default_factory=dict)

    @property
    def origin(self) -> str:
        return str(self.gate.client.make_url("/")).rstrip("/")

    @property
    def cookie(self) -> str | None:
        found = [cookie.value for cookie in self.session.cookie_jar if cookie.key == "qt_desk"]
        return found[0] if found else None

    async def sign_in(self, **body: object) -> ClientResponse:
        answer = await self.post("sign-in", **(body or {"name": self.person.name, "password": self.password}))
        if answer.status == 200:
            self.me = await answer.json()
        return answer

    async def post(self, path: str, *, headers: dict[str, str] | None = None, **body: object) -> ClientResponse:
        return await self.session.post(f"{self.origin}/api/desk/{path}", json=body, headers=self._headers(headers))

    async def delete(self, path: str, *, headers: dict[str, str] | None = None) -> ClientResponse:
        return await self.session.delete(f"{self.origin}/api/desk/{path}", headers=self._headers(headers))

    def _headers(self, headers: dict[str, str] | None) -> dict[str, str]:
        own = {"Origin": self.origin, "X-CSRF-Token": str(self.me.get("csrf", ""))}
        return {key: value for key, value in {**own, **(headers or {})}.items() if value}

    async def get(self, path: str) -> ClientResponse:
        return await self.session.get(f"{self.origin}/api/desk/{path}")

    async def do(self, path: str, **body: object) -> JSON:
        """The answer of a deed that goes well."""
        answer = await self.post(path, **body)
        found: JSON = await answer.json()
        assert answer.status == 200, found
        return found

    async def read(self, path: str) -> JSON:
        answer = await self.get(path)
        found: JSON = await answer.json()
        assert answer.status == 200, found
        return found

    @asynccontextmanager
    async def page(self, origin: str | None = None) -> AsyncIterator[DeskSocket]:
        """A socket; the welcome is the first frame of `frames` once somebody asked for it."""
        headers = {"Origin": self.origin if origin is None else origin}
        async with self.session.ws_connect(f"{self.origin}/ws/desk", headers=headers) as socket:
            yield DeskSocket(socket)


@dataclass
class DeskGate:
    """A gateway with a desk, its staff's book, and browsers."""

    gate: Gate
    staff: Staff
    pool: asyncpg.Pool
    browsers: dict[str, Browser]
    sessions: list[ClientSession]

    @property
    def parts(self) -> DeskParts:
        """What the gateway's desk works with."""
        return self.gate.client.app[DESK].parts

    def browser(self, name: str) -> Browser:
        """Another browser of the same person, nobody signed in."""
        session = ClientSession(cookie_jar=CookieJar(unsafe=True))
        self.sessions.append(session)
        return replace(self.browsers[name], session=session, me={}) if name in self.browsers else self._nobody(session)

    def _nobody(self, session: ClientSession) -> Browser:
        return Browser(self.gate, session, Person("", "没有的人", "agent"), "不是密码不是密码")

    async def signed_in(self, *names: str) -> list[Browser]:
        """These people at their browsers."""
        return [await self.begun(name) for name in names]

    async def begun(self, name: str) -> Browser:
        """The person at the browser, with a sign-in that stands: without the password, whose hash is slow on purpose."""
        browser, sessions = self.browsers[name], self.parts.sessions
        person = browser.person
        token = browser.cookie
        if token is None or await sessions.get(token, now()) is None:
            token, csrf = await sessions.create(person.id, person.name, person.role, person.groups, now=now())
            browser.session.cookie_jar.update_cookies({"qt_desk": token}, self.gate.client.make_url("/"))
            browser.me = {"csrf": csrf}
        return browser

    async def ticket(self, conversation: str = "c1", group: str = GROUP, text: str = "东西坏了", **changes: object) -> Ticket:
        """A customer of whom the shop knows an order wrote, and was handed off."""
        record = self.gate.record
        await record.accept(conversation, text, uuid4().hex, now=now(), buyer_id="b1")
        ticket = a_ticket(await record.new_ticket_id(now()), conversation, label="case.damaged_on_arrival", group=group)
        ticket = replace(ticket, order_no=ORDER["order_no"], buyer_id="b1", evidence=(Evidence("照片", "customer"),), **changes)  # type: ignore[arg-type]
        await record.hand_over(conversation, ticket, lines=(), reason="claim", by="bot", now=now())
        return ticket

    async def owner(self, conversation: str = "c1") -> str:
        found = await self.gate.record.conversation(conversation)
        assert found is not None
        return found.owner


@cache
def _hashed() -> str:
    return PasswordHasher().hash(PASSWORD)


@asynccontextmanager
async def a_desk_gate(gate: Gate, pool: asyncpg.Pool) -> AsyncIterator[DeskGate]:
    """The desk with all its people; nobody is signed in."""
    staff = Staff(pool, ("reception", GROUP, "supervisor", "returns_refunds"), by="test")
    sessions: list[ClientSession] = []
    browsers: dict[str, Browser] = {}
    for name, (called, role, groups) in PEOPLE.items():
        # One hash for all, and for the whole run: it is slow on purpose.
        member = await staff_table.add_person(pool, Member(called, role, groups), folded(called), _hashed(), by="test", now=now())
        assert member is not None
        sessions.append(ClientSession(cookie_jar=CookieJar(unsafe=True)))
        browsers[name] = Browser(gate, sessions[-1], Person(member.id or "", called, role, groups), PASSWORD)
    async with pool.acquire() as connection, connection.transaction():
        await orders_table.upsert(connection, [orders_table.Row(ORDER, moment(ORDER["placed_at"]))])
    yield DeskGate(gate, staff, pool, browsers, sessions)
    for session in sessions:
        await session.close()


async def eventually(holds: Callable[[], object], seconds: float = WAIT_S) -> None:
    """Waits until it holds (awaiting what is to be awaited); fails when it never does."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        found = holds()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return
        assert asyncio.get_running_loop().time() < deadline, "it never happened"
        await asyncio.sleep(0.02)
