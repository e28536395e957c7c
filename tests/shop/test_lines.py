from __future__ import annotations

import io
import json

import pytest

from bot.errors import BadInput
from bot.shop.lines import MAX_LINE, Line, read_lines
from tests.shop.orders_for_tests import an_order

GOOD = json.dumps(an_order(), ensure_ascii=False).encode()


def lines_of(content: bytes) -> list[Line]:
    return list(read_lines(io.BytesIO(content)))


def test_blank_lines_count_but_are_left_out() -> None:
    assert [line.no for line in lines_of(b"\n" + GOOD + b"\r\n  \n" + GOOD)] == [2, 4]


def test_a_byte_order_mark_does_no_harm() -> None:
    assert [line.data for line in lines_of(b"\xef\xbb\xbf" + GOOD)] == [an_order()]


def test_a_file_in_utf_16_is_named_as_such() -> None:
    with pytest.raises(BadInput, match="UTF-16"):
        lines_of(GOOD.decode().encode("utf-16"))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (GOOD[: len(GOOD) // 2].decode(errors="ignore").encode(), "不是完整的 JSON"),
        (GOOD.decode().encode("gbk"), "不是 UTF-8 编码"),
        (b"[1]", "要一个 JSON 对象，不是列表"),
        (b"null", "要一个 JSON 对象，不是空值"),
        (b'{"a": NaN}', "不能用的数字"),
        (b'{"a": ' + b"9" * 5000 + b"}", "不能用的数字"),
        (b"[" * 100_000, "嵌套太深"),
        (b"PK\x03\x04\xff\xfe", "不是 UTF-8 编码"),
        (b'{"order_no": "' + b"1" * MAX_LINE + b'"}', "超过"),
    ],
)
def test_a_bad_line_is_refused_with_its_reason_and_the_next_is_read(raw: bytes, words: str) -> None:
    first, second = lines_of(raw + b"\n" + GOOD)
    assert (first.no, first.data) == (1, None)
    assert words in first.reason
    assert (second.no, second.data) == (2, an_order())


def test_an_empty_file_has_no_lines() -> None:
    assert lines_of(b"") == lines_of(b"\xef\xbb\xbf") == []
