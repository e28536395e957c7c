"""A shop's own chats as a help in training: what is read from the file, masked at once, each different line once.

The file: conversations apart by a blank line, a message a line, with or without who said it ("客服:"); or JSON lines with "conversation" and
"text". Nothing of it is written anywhere; what may get into a model is decided in bot/nlu/subword_training.py.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.errors import BadInput
from bot.nlu.text import PERSON, PLACE, mask, normalise

MIN_LINES = 25_000
"""Different lines below which word vectors gain nothing (they begin to at about 12,000 and grow with each doubling)."""
MAX_LINES = 1_000_000
"""Different lines that are kept; of a larger log every second, fourth … conversation is read."""
MAX_TALK = 200
"""Messages of one conversation; a longer block is taken as several."""
MAX_LINE_BYTES = 1 << 20
UNREADABLE_SHARE = 0.01

_STAMP = re.compile(r"^[\[(]?\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?[ T]\d{1,2}:\d{2}(?::\d{2})?[\])]?[ \t]*")
_SPEAKER = re.compile(
    r"^(?:客服|顾客|客户|买家|卖家|用户|访客|商家|店家|店铺|店小二|掌柜|机器人|系统|智能助手|小蜜|[A-Za-z]|user|buyer|seller|customer|agent|bot|staff|visitor)"
    r"[0-9一二三]{0,4}[ \t]*[:：\t][ \t]*", re.IGNORECASE,
)
# Names and addresses as far as a pattern can find them; numbers, mails and links are gone in Text.features already.
_NAMED = re.compile(r"((?:收[货件]人|联系人|姓名|名字|我叫|我姓|我是叫)(?:[:： ]|是|叫|改[成为])*)[一-鿿·]{1,4}")
_ADDRESSED = re.compile(r"((?:收货|收件|寄件|退货|详细|新|旧|原|我的?|家庭|公司)?(?:地址|住址)(?:[:： ]|是|在|改[成为到])+)[^,，。!！?？\n]{4,}")
_PLACES = re.compile(
    r"(?:[一-鿿0-9a-z-]{1,8}?(?:特别行政区|自治[区州县]|省|市|州|盟|区|县|旗|镇|乡|街道|路|街|大道|巷|弄|村"
    r"|小区|花园|公寓|大厦|广场|号楼?|栋|幢|座|单元|室|楼|层)[ ,，]?){3,}"
)
_SAYS_SOMETHING = re.compile(r"[a-z一-鿿]")


@dataclass(frozen=True)
class ChatLog:
    """Masked messages: each different one once, and conversations as numbers of them in the order they were said."""

    lines: tuple[str, ...]
    conversations: tuple[tuple[int, ...], ...]
    every: int = 1
    """One of so many conversations was taken."""

    @property
    def too_small(self) -> str | None:
        """What to tell the trainer when there is too little to learn from; None when there is enough."""
        if len(self.lines) >= MIN_LINES:
            return None
        return (
            f"聊天记录太少：去掉重复以后只有 {len(self.lines):,} 句，少于 {MIN_LINES:,} 句时学不到有用的东西。"
            "这次训练不用它；攒够以后再加 --logs。"
        )


def read(path: Path, progress: Callable[[str], None] = lambda _: None, most: int = MAX_LINES) -> ChatLog:
    """The log of a file of any size, at most about `most` different lines; BadInput with place and way out when it is no log."""
    shelf = _Shelf(most)
    for number, talk in enumerate(_talks(path, progress)):
        if shelf.wants(number):
            shelf.add(number, [line for line in map(masked, talk) if line])
    log = ChatLog(tuple(shelf.numbers), tuple(row for _, row in shelf.talks), shelf.every)
    part = f"（记录很大，每 {log.every} 段对话取 1 段）" if log.every > 1 else ""
    progress(f"聊天记录：{len(log.conversations):,} 段对话，{len(log.lines):,} 句不同的话{part}")
    return log


def masked(message: str) -> str:
    """The message as features see it, without numbers, links, names and addresses; "" when it says nothing (a picture, a number alone)."""
    said = _SPEAKER.sub("", _STAMP.sub("", message.strip(), count=1), count=1)
    text = mask(normalise(said).features)
    text = _NAMED.sub(rf"\1{PERSON}", text)
    text = _ADDRESSED.sub(rf"\1{PLACE}", text)
    text = _PLACES.sub(PLACE, text)
    return text if _SAYS_SOMETHING.search(text) else ""


def neighbouring(log: ChatLog, per_line: int = 5, most: int = 200_000, seed: int = 11) -> list[tuple[str, str]]:
    """Pairs of different messages that follow each other, each pair once, mixed, so that a batch holds different ones.

    No line is on one side more than `per_line` times: a greeting is no sign of what comes after it.
    """
    firsts: Counter[int] = Counter()
    seconds: Counter[int] = Counter()
    found: dict[tuple[int, int], None] = {}
    for pair in {pair: None for talk in log.conversations for pair in zip(talk, talk[1:])}:
        one, other = pair
        if one != other and firsts[one] < per_line and seconds[other] < per_line and len(found) < most:
            firsts[one] += 1
            seconds[other] += 1
            found[pair] = None
    mixed = list(found)
    random.Random(seed).shuffle(mixed)
    return [(log.lines[one], log.lines[other]) for one, other in mixed]


def check(path: Path) -> None:
    """BadInput at once when the file cannot be opened or is no text; wrong lines further down are found by `read`."""
    try:
        with path.open("rb") as file:
            _encodings(path, file.read(MAX_LINE_BYTES))
    except OSError as error:
        raise _unreadable(path, error) from error


class _Shelf:
    """Different lines and conversations so far; thinned by half whenever there are too many."""

    def __init__(self, most: int) -> None:
        self.numbers: dict[str, int] = {}
        self.talks: list[tuple[int, tuple[int, ...]]] = []
        self.every = 1
        self._most = most

    def wants(self, number: int) -> bool:
        """Whether conversation `number` is among those taken."""
        return number % self.every == 0

    def add(self, number: int, lines: list[str]) -> None:
        """One conversation more; those without a line do not count."""
        if lines:
            self._put(number, lines)
        while len(self.numbers) > self._most and len(self.talks) > 1:
            # Spread over the whole log, whatever its length: habits and goods change with the season.
            self.every *= 2
            names, talks = list(self.numbers), self.talks
            self.numbers, self.talks = {}, []
            for kept, row in talks:
                if self.wants(kept):
                    self._put(kept, [names[line] for line in row])

    def _put(self, number: int, lines: list[str]) -> None:
        self.talks.append((number, tuple(self.numbers.setdefault(line, len(self.numbers)) for line in lines)))


def _talks(path: Path, progress: Callable[[str], None]) -> Iterator[list[str]]:
    """Conversations as lists of raw messages."""
    talk: list[str] = []
    before: object = None
    as_json: bool | None = None
    for number, line in _lines(path):
        if number % 200_000 == 0:
            progress(f"读聊天记录：{number:,} 行")
        if as_json is None and line:
            as_json = line.startswith("{")
        name, text = _from_json(path, number, line) if as_json and line else (None, line)
        new = not line or (as_json and name != before)
        if talk and (new or len(talk) >= MAX_TALK):
            yield talk
            talk = []
        before = name if line else before
        if text:
            talk.append(text)
    if talk:
        yield talk


def _from_json(path: Path, number: int, line: str) -> tuple[object, str]:
    try:
        row = json.loads(line)
    except ValueError:
        row = None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise BadInput(f'{path} 第 {number} 行：文件以 JSON 开头，每行就要是 {{"conversation": "…", "text": "…"}}，这一行不是；改好这一行，或去掉它')
    return row.get("conversation"), row["text"].replace("\n", " ").strip()


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Numbers from 1 and texts of the file's lines; a few that cannot be decoded are left out."""
    unreadable, first_unreadable, number = 0, 0, 0
    try:
        with path.open("rb") as file:
            encodings = _encodings(path, file.read(MAX_LINE_BYTES))
            file.seek(0)
            while raw := file.readline(MAX_LINE_BYTES):
                number += 1
                if len(raw) == MAX_LINE_BYTES:
                    raise BadInput(f"{path} 第 {number} 行超过 1 MB：一行只放一条消息，两段对话之间空一行")
                text = _decoded(raw, encodings)
                if text is None:
                    unreadable, first_unreadable = unreadable + 1, first_unreadable or number
                else:
                    yield number, text.strip().lstrip("\ufeff")
    except OSError as error:
        raise _unreadable(path, error) from error
    if unreadable > UNREADABLE_SHARE * number:
        raise BadInput(f"{path} 第 {first_unreadable} 行：既不是 UTF-8 也不是 GB18030，这样的行共 {unreadable} 行；请另存为 UTF-8 文本")


def _encodings(path: Path, head: bytes) -> tuple[str, str]:
    """The file's encoding and the other possible one, from how it begins."""
    if b"\0" in head or head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadInput(f"{path} 不是文本文件（压缩包、Excel 或 UTF-16）：请导出或另存为 UTF-8 文本，一行一条消息，两段对话之间空一行")
    # The last character may be cut in two.
    whole = head[: head.rfind(b"\n") + 1] or head
    try:
        whole.decode("utf-8")
        return "utf-8", "gb18030"
    except UnicodeDecodeError:
        return _by_lines(whole)


def _by_lines(head: bytes) -> tuple[str, str]:
    utf8 = gb18030 = 0
    for raw in head.split(b"\n"):
        utf8 += _decoded(raw, ("utf-8",)) is None
        gb18030 += _decoded(raw, ("gb18030",)) is None
    return ("utf-8", "gb18030") if utf8 <= gb18030 else ("gb18030", "utf-8")


def _decoded(raw: bytes, encodings: tuple[str, ...]) -> str | None:
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _unreadable(path: Path, error: OSError) -> BadInput:
    why = {FileNotFoundError: "没有这个文件", IsADirectoryError: "这是文件夹，不是文件", PermissionError: "没有读它的权限"}
    return BadInput(f"聊天记录 {path} 读不了：{why.get(type(error), error.strerror)}；看看路径对不对，或换一个文件")
