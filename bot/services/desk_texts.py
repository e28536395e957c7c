"""What an agent writes: whether it may go out, and the blanks that a script leaves. Pure."""

from __future__ import annotations

import re

from bot.errors import BadInput, BlanksLeft, TooLong

MAX_CHARS = 2000
MAX_PICTURES = 9

# ____ of a filled script, {order_tail} of one that was not, 【】 and 【填…】 of those that people keep themselves. 【杭州市】 is a scan.
_BLANK = re.compile(r"[_＿]{3,}|\{[^{}\n]{0,40}\}|【\s*】|【[^】\n]{0,20}(?:填|待定|XX|xx|××)[^】\n]{0,20}】")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def checked_line(text: str, images: tuple[str, ...] = ()) -> str:
    """The line for the customer. BadInput when there is nothing in it, TooLong, BlanksLeft."""
    text = checked_words(text, needed=not images)
    blank = _BLANK.search(text)
    if blank:
        raise BlanksLeft(f"话术里还有空没填：{blank.group()}，填好或删掉再发")
    if len(images) > MAX_PICTURES:
        raise BadInput(f"一次最多发 {MAX_PICTURES} 张图片")
    return text


def checked_words(text: str, *, needed: bool = True) -> str:
    """Words that no store refuses. BadInput when there are none, TooLong."""
    text = _SURROGATE.sub("\ufffd", text.replace("\x00", "")).strip()
    if needed and not text:
        raise BadInput("还没有写内容")
    if len(text) > MAX_CHARS:
        raise TooLong(f"写了 {len(text)} 个字，最多 {MAX_CHARS} 个字，请分成几条")
    return text
