"""JSON of the integration REST to checked values; shapes.py is the way back.

Pure. Every wrong field of a body is named, all of them in one Chinese sentence; texts lose what no store can keep.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from bot.errors import BadInput, TooLong
from bot.model import JSON, TicketState

MAX_ID_CHARS = 128
MAX_PICTURES = 9
UNSEEN = "[图片]"
"""What stands in `images` for a picture that the shop's system only mentions."""

_UNSEEN_ALONE = re.compile(r"\s*(?:\[图片\]\s*){1,9}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True)
class Incoming:
    """One message of a shop's system. `images` are still data URLs or addresses; `client_id` None: the gateway makes one."""

    sender: str
    text: str
    buyer_id: str | None = None
    client_id: str | None = None
    images: tuple[str, ...] = ()
    unseen: int = 0
    """Pictures that were only mentioned, by `[图片]` as the whole text."""


@dataclass(frozen=True)
class TicketFilter:
    """What GET /api/tickets asks for."""

    state: TicketState | None = None
    group: str | None = None
    sender: str | None = None
    limit: int = 100


def parse_json(body: bytes) -> JSON:
    """The JSON object in `body`; BadInput when it is none, is no UTF-8, nests too deep or holds NaN."""
    try:
        value = json.loads(body.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise BadInput("请求正文不是 UTF-8 编码") from None
    except RecursionError:
        raise BadInput("请求正文的 JSON 嵌套太深") from None
    except ValueError:
        raise BadInput("请求正文不是完整、有效的 JSON") from None
    if not isinstance(value, dict):
        raise BadInput('请求正文要是一个 JSON 对象，例如 {"sender": "…", "message": "…"}')
    return value


def incoming(body: Mapping[str, Any], max_chars: int) -> Incoming:
    """The message in the webhook's body; BadInput names every wrong field, TooLong the limit."""
    problems: list[str] = []
    sender = _identifier(body.get("sender"), "sender", problems, required=True)
    metadata = body.get("metadata")
    if metadata is None:
        metadata = {}
    elif not isinstance(metadata, dict):
        problems.append("metadata 要是一个对象")
        metadata = {}
    buyer_id = _identifier(metadata.get("buyer_id"), "metadata.buyer_id", problems)
    client_id = _identifier(metadata.get("message_id"), "metadata.message_id", problems)
    images = _images(metadata.get("images"), problems)
    message = body.get("message")
    if message is None:
        message = ""
    if not isinstance(message, str):
        problems.append("message 要是字符串")
        message = ""
    elif not message.replace("\x00", "").strip() and not images and not problems:
        problems.append("消息是空的，写几个字或附上图片（message、metadata.images）")
    if problems:
        raise BadInput("；".join(problems))
    if len(message) > max_chars:
        raise TooLong(f"message 有 {len(message)} 个字，最多 {max_chars} 个字")
    text, unseen = _words(message)
    return Incoming(sender or "", text, buyer_id, client_id, images, 0 if images else unseen)


def phase(body: Mapping[str, Any], allowed: tuple[str, ...]) -> str:
    """The phase to set; BadInput names the allowed ones."""
    value = body.get("phase")
    if value not in allowed:
        raise BadInput(f"phase 只能是 {'、'.join(allowed)}")
    return str(value)


def moment(text: str | None, name: str = "due_at") -> datetime | None:
    """A time, aware; BadInput for one without a zone."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise BadInput(f"{name} 要是带时区的时间，如 2026-11-11T20:00:00+08:00")
    return found


def proof(body: Mapping[str, Any]) -> datetime | None:
    """{"due_at": time | null}; BadInput names what is wrong."""
    strange = sorted(set(body) - {"due_at"})
    if strange or "due_at" not in body or not isinstance(body["due_at"], (str, type(None))):
        raise BadInput('请求正文要是 {"due_at": "2026-11-11T20:00:00+08:00"}，due_at 写 null 是取消截止时间')
    return moment(body["due_at"])


def ticket_filter(query: Mapping[str, str], groups: tuple[str, ...]) -> TicketFilter:
    """The filter in the query string; BadInput names every wrong parameter and what is allowed."""
    problems: list[str] = []
    for name in sorted(set(query) - {"state", "group", "sender", "limit"}):
        problems.append(f"不认识参数 {_CONTROL.sub('', name)[:40]}，可用 state、group、sender、limit")
    states = tuple(state.value for state in TicketState)
    state, group = query.get("state") or None, query.get("group") or None
    if state is not None and state not in states:
        problems.append(f"state 只能是 {'、'.join(states)}")
    if group is not None and group not in groups:
        problems.append(f"group 只能是 {'、'.join(groups)}")
    sender = _identifier(query.get("sender") or None, "sender", problems)
    limit = _number(query.get("limit") or "100", "limit", 1, 1000, problems)
    if problems:
        raise BadInput("；".join(problems))
    return TicketFilter(TicketState(state) if state else None, group, sender, limit)


def after(query: Mapping[str, str]) -> tuple[int, int]:
    """(after, limit) of a log page; BadInput for anything but whole numbers."""
    problems: list[str] = []
    start = _number(query.get("after") or "0", "after", 0, 2**53, problems)
    limit = _number(query.get("limit") or "500", "limit", 1, 1000, problems)
    if problems:
        raise BadInput("；".join(problems))
    return start, limit


def before(query: Mapping[str, str], most: int) -> tuple[int | None, int]:
    """(before, limit) of a page of the history; BadInput for anything but whole numbers."""
    problems: list[str] = []
    end = _number(query["before"], "before", 1, 2**53, problems) if query.get("before") else None
    limit = _number(query.get("limit") or "50", "limit", 1, most, problems)
    if problems:
        raise BadInput("；".join(problems))
    return end, limit


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _words(message: str) -> tuple[str, int]:
    """(text, pictures that it only mentions); NUL goes, half a surrogate pair becomes U+FFFD."""
    text = _SURROGATE.sub("\ufffd", message.replace("\x00", ""))
    if _UNSEEN_ALONE.fullmatch(text):
        return "", text.count(UNSEEN)
    return ("" if not text.strip() else text), 0


def _identifier(value: object, name: str, problems: list[str], *, required: bool = False) -> str | None:
    if value is None and not required:
        return None
    if not isinstance(value, str) or not value.strip():
        problems.append(f"{name} 要是非空字符串")
    elif len(value) > MAX_ID_CHARS:
        problems.append(f"{name} 最多 {MAX_ID_CHARS} 个字符")
    elif _CONTROL.search(value):
        problems.append(f"{name} 里不能有控制字符")
    else:
        return value
    return None


def _images(value: object, problems: list[str]) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        problems.append("metadata.images 要是字符串的列表")
        return ()
    if len(value) > MAX_PICTURES:
        problems.append(f"metadata.images 最多 {MAX_PICTURES} 张")
        return ()
    return tuple(value)


def _number(text: str, name: str, low: int, high: int, problems: list[str]) -> int:
    if re.fullmatch(r"[0-9]{1,16}", text) and low <= int(text) <= high:
        return int(text)
    problems.append(f"{name} 要是 {low} 到 {high} 的整数")
    return low
