"""`python -m bot talk`: a customer's chat in the terminal, through the running desk's REST. Reads a pipe too, one message a line."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import http.client
import json
import secrets
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import quote, urlsplit

from bot import taxonomy
from bot.embedded import running, services
from bot.errors import BadInput, BotError, NotAllowed, StoreDown
from bot.model import JSON
from bot.servers import write_private
from bot.services.staff import INTEGRATION, Staff
from bot.settings import Settings
from bot.stores.sql.pool import open_pool

HELP = "在终端里扮演买家，和正在运行的前台聊天 (chat with the running desk)"
GREY, PLAIN = "\033[90m", "\033[0m"
TIMEOUT_S = 60.0


class DeskAway(BotError):
    """Nobody listens at the desk's address."""

    code = "desk_away"
    status = 503


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whom to be and whom to talk to."""
    parser.add_argument("--buyer", help="买家号，例如 b1001：前台会查这个买家的订单")
    parser.add_argument("--sender", help="会话名；用同一个名字可以接着聊（默认：新的会话）")
    parser.add_argument("--url", help="前台的地址（默认：本机设置里的地址和端口）")
    parser.add_argument("--key", help="集成密钥（默认：本机自己做一个）")
    parser.add_argument("--debug", action="store_true", help="显示每一轮的决定")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0 when the talk is over; DeskAway when the desk does not run."""
    for stream in (sys.stdin, sys.stdout):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    local = args.url is None
    desk = Desk(_own_address(settings) if local else checked_url(args.url), args.key or "")
    desk.call("GET", "/healthz")
    if not desk.key:
        if not local:
            raise NotAllowed("和另一台机器上的前台聊天要密钥：--key（在那边用 python -m bot staff add 名字 --role integration 生成）")
        desk.key = _own_key(desk, settings)
    talk = Talk(desk, args.sender or f"talk-{secrets.token_hex(4)}", args.buyer, debug=args.debug, out=sys.stdout)
    return talk.run(sys.stdin)


class Desk:
    """The desk's REST, as a shop's system would call it."""

    def __init__(self, url: str, key: str) -> None:
        self.url = url.rstrip("/")
        self.key = key

    def call(self, method: str, path: str, body: JSON | None = None) -> Any:
        """The answer's JSON; BotError with the desk's sentence, DeskAway when nobody listens."""
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self.key}"} if self.key else {})
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            raise _refusal(error) from None
        except (OSError, http.client.HTTPException):
            raise DeskAway(f"前台没有在 {self.url} 上运行：先在另一个终端里运行 make run") from None
        except ValueError:
            raise DeskAway(f"{self.url} 上运行的不是前台：用 --url 指定地址") from None


@dataclass
class Talk:
    """One conversation on the terminal; shows the log's new events after each message."""

    desk: Desk
    sender: str
    buyer: str | None
    debug: bool
    out: TextIO
    seen: int = 0
    owner: str = ""
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def run(self, source: TextIO) -> int:
        """Reads messages to the end or /quit; 0, or 2 when one was refused and nobody sits at the terminal."""
        asked = source.isatty()
        refused = False
        self._print(f"会话 {self.sender}" + (f"，买家 {self.buyer}" if self.buyer else "") + "。输入数字选按钮，/quit 退出。")
        while True:
            if asked:
                self.out.write("您> ")
                self.out.flush()
            line = source.readline()
            text = line.strip()
            if not line or text == "/quit":
                return 2 if refused and not asked else 0
            if text:
                refused |= not self._say(text, echo=not asked)

    def _say(self, text: str, *, echo: bool) -> bool:
        text = self._chosen(text)
        if echo:
            self._print(f"您> {text}")
        metadata = {"buyer_id": self.buyer} if self.buyer else {}
        try:
            self.desk.call("POST", "/webhooks/rest/webhook", {"sender": self.sender, "message": text, "metadata": metadata})
            self._show(self.desk.call("GET", f"/api/conversations/{quote(self.sender, safe='')}?after={self.seen}"))
        except DeskAway:
            raise
        except BotError as error:
            self._print(f"（没有收下：{error}）")
            return False
        return True

    def _chosen(self, text: str) -> str:
        """What button number `text` sends, or the text itself."""
        if text.isascii() and text.isdigit() and 1 <= int(text) <= len(self.buttons):
            return self.buttons[int(text) - 1][1]
        return text

    def _show(self, conversation: JSON) -> None:
        events = conversation["log"]
        lines = [event for event in events if event["type"] in ("say", "notice")]
        self.buttons = []
        for event in events:
            self.seen = max(self.seen, event["no"])
            if event["type"] in ("say", "notice"):
                self._print(f"{speaker(event)}> {event['text']}")
                self._offer(event.get("buttons") or [])
            elif self.debug and event["type"] in ("decision", "owner"):
                self._print(f"{GREY}{json.dumps(event.get('decision', event), ensure_ascii=False)}{PLAIN}")
        if conversation["owner"] != self.owner:
            self._print(f"（{owner_words(conversation['owner'], conversation.get('ticket'))}）")
        elif not lines:
            self._print("（还没有回答，已收下）" if conversation["owner"] == "bot" else "（已送到人工那里）")
        self.owner = conversation["owner"]

    def _offer(self, buttons: list[list[str]]) -> None:
        for title, payload in buttons:
            self.buttons.append((title, payload))
            self._print(f"    [{len(self.buttons)}] {title}")

    def _print(self, text: str) -> None:
        print(printable(text), file=self.out, flush=True)


def speaker(event: JSON) -> str:
    """Who speaks: 机器人, 前台, or the agent."""
    by = str(event.get("by", ""))
    return "机器人" if by == "bot" else "前台" if event["type"] == "notice" else by.replace("agent:", "客服 ")


def owner_words(owner: str, ticket: JSON | None) -> str:
    """Who owns the conversation, in words."""
    with_ticket = f"，工单 {ticket['id']}，标签 {ticket['label']}" if ticket else ""
    kind, _, who = owner.partition(":")
    words = {"bot": "机器人接待", "closed": "会话已结束", "queue": f"转人工，在 {who} 排队", "agent": f"客服 {who} 接待"}
    return words.get(kind, owner) + with_ticket


def printable(text: str) -> str:
    """`text` without what could steer a terminal; our own grey stays."""
    return "".join(c for c in text if c.isprintable() or c in "\n\t" or (c == "\033" and text.startswith(GREY)))


def checked_url(url: str) -> str:
    """The address; BadInput when it is none."""
    with contextlib.suppress(ValueError):
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.netloc:
            return url
    raise BadInput(f"地址 {url!r} 不对：要像 http://127.0.0.1:8080")


def _refusal(error: urllib.error.HTTPError) -> BotError:
    try:
        said = json.loads(error.read())
        sentence = str(said["error"])
    except (ValueError, KeyError, TypeError, OSError):
        sentence = f"HTTP {error.code}"
    return NotAllowed(sentence) if error.code == 401 else StoreDown(sentence) if error.code == 503 else BadInput(sentence)


def _own_address(settings: Settings) -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
    usual = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
    return str(running(settings.var_dir).get("address") or usual)


def _own_key(desk: Desk, settings: Settings) -> str:
    """The key that talk keeps below var/secrets; a new one when it has none or it was disabled."""
    path: Path = settings.var_dir / "secrets" / "talk_key"
    with contextlib.suppress(OSError):
        kept = Desk(desk.url, path.read_text().strip())
        with contextlib.suppress(NotAllowed):
            kept.call("GET", "/api/phase")
            return kept.key
    with services(settings) as found:
        key = asyncio.run(_made_key(found.database_url, settings))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(path, key)
    return key


async def _made_key(database_url: str, settings: Settings) -> str:
    pool = await open_pool(database_url)
    try:
        staff = Staff(pool, list(taxonomy.load(settings.data_dir).groups), by="cli:talk")
        return (await staff.add(f"talk {secrets.token_hex(4)}", INTEGRATION)).secret
    finally:
        await pool.close()
