"""A file of orders, one JSON object a line, as numbered lines that are good or say what is wrong. Pure but for the stream."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, NoReturn

from bot.errors import BadInput
from bot.model import JSON
from bot.shop.read import problems

MAX_LINE = 1_000_000
UTF8_BOM = b"\xef\xbb\xbf"
OTHER_BOMS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


@dataclass(frozen=True)
class Line:
    """One line that is not blank: its number from 1, and either the order's JSON or the reason why it is refused."""

    no: int
    data: JSON | None = None
    reason: str = ""


def read_lines(stream: BinaryIO) -> Iterator[Line]:
    """The lines one by one, so that a big file does not fill the memory. BadInput for a file in UTF-16."""
    no = 0
    while raw := stream.readline(MAX_LINE + 1):
        no += 1
        if no == 1:
            raw = _without_bom(raw)
        if len(raw) > MAX_LINE and not raw.endswith(b"\n"):
            _skip_line(stream)
            yield Line(no, reason=f"这一行超过 {MAX_LINE} 字节")
        elif raw.strip():
            yield read_line(no, raw)


def read_line(no: int, raw: bytes) -> Line:
    """One line, checked."""
    try:
        text = raw.decode("utf-8").strip()
    except UnicodeDecodeError as error:
        return Line(no, reason=f"不是 UTF-8 编码（第 {error.start + 1} 个字节），请另存为 UTF-8")
    try:
        data = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        return Line(no, reason=f"不是完整的 JSON（第 {error.pos + 1} 个字符处出错，全行 {len(text)} 个字符）")
    except RecursionError:
        return Line(no, reason="JSON 嵌套太深")
    except ValueError as error:
        return Line(no, reason=f"JSON 里有不能用的数字（{str(error)[:60]}）")
    wrong = problems(data)
    return Line(no, reason="；".join(wrong)) if wrong else Line(no, data)


def _without_bom(raw: bytes) -> bytes:
    for bom, name in OTHER_BOMS.items():
        if raw.startswith(bom):
            raise BadInput(f"文件是 {name} 编码，请另存为 UTF-8 再导入")
    return raw[len(UTF8_BOM) :] if raw.startswith(UTF8_BOM) else raw


def _skip_line(stream: BinaryIO) -> None:
    while (rest := stream.readline(MAX_LINE)) and not rest.endswith(b"\n"):
        pass


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
