"""Pictures that come with a message: really JPEG, PNG or WebP, read to the last pixel, without EXIF and the like, stored below
var/uploads under names of our own.

The log holds the name only. Another program reads the pixels (picture_check.py), which keeps the gateway small.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import BadInput, BotError, StoreDown
from bot.gateway.picture_check import FRAME

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
CHECK_S = 20.0
"""How long the pictures of one message may take, all of them."""
AT_ONCE = 2
"""Messages whose pictures are checked at the same time: each takes a core, and tens of megabytes here."""
ENDINGS = {b"J": "jpg", b"P": "png", b"W": "webp"}
NAME = re.compile(r"[0-9a-f]{32}\.(?:jpg|png|webp)")
_DATA_URL = re.compile(r"data:image/[a-z.+-]{1,20};base64,", re.IGNORECASE)


class PictureTooLarge(BotError):
    """A picture is larger than the contract allows."""

    code = "too_long"
    status = 413


def kind(content: bytes) -> str | None:
    """`jpg`, `png` or `webp` by the first bytes, whatever was declared; None for anything else."""
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    return None


@dataclass(frozen=True)
class Clean:
    """A picture as it is stored: its bytes, not copied once more, and `jpg`, `png` or `webp`."""

    content: memoryview
    ending: str


def cleaned(contents: list[tuple[int, bytes]]) -> list[Clean]:
    """The pictures without metadata, upright; `contents` have the numbers the customer's system counts by.

    BadInput for what is no whole picture of at most MAX_PIXELS; StoreDown when they cannot be checked now.
    """
    # Without `site`: it would take longer than a usual picture.
    program = [sys.executable, "-I", "-S", str(Path(__file__).with_name("picture_check.py")), _pillow(), str(MAX_PIXELS)]
    asked = b"".join(part for _, content in contents for part in (FRAME.pack(len(content)), content))
    try:
        done = subprocess.run(program, input=asked, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=CHECK_S, check=False)
    except subprocess.TimeoutExpired:
        raise StoreDown("图片检查得太慢，没有收下：请稍后重发，或少发几张、发小一点的") from None
    del asked
    found, out, at = [], memoryview(done.stdout), 0
    for number, _ in contents:
        if at + FRAME.size >= len(out):
            # The program ended over this one.
            raise BadInput(_why_not(number, "broken"))
        end = at + FRAME.size + FRAME.unpack_from(out, at)[0]
        letter, answer = bytes(out[at + FRAME.size : at + FRAME.size + 1]), out[at + FRAME.size + 1 : end]
        if letter == b"?":
            raise BadInput(_why_not(number, bytes(answer).decode()))
        found.append(Clean(answer, ENDINGS[letter]))
        at = end
    return found


def _pillow() -> str:
    spec = find_spec("PIL")
    if spec is None or spec.origin is None:
        raise StoreDown("没有装 Pillow，不能检查图片：重新运行 make 装好环境")
    return str(Path(spec.origin).parent.parent)


def _why_not(number: int, reason: str) -> str:
    what, _, pixels = reason.partition(" ")
    if what == "large":
        return f"第 {number} 张图片有 {pixels} 像素，最多 {MAX_PIXELS // 10_000} 万像素：请缩小后再发"
    if what == "bytes":
        return f"第 {number} 张图片超过 {MAX_BYTES >> 20} MB：请压缩或缩小后再发"
    if what == "kind":
        return f"第 {number} 张图片不是 JPEG、PNG 或 WebP：请存成其中一种再发"
    return f"第 {number} 张图片不完整或已损坏：请重新拍照、截图或另存后再发"


class Pictures:
    """The folder of uploads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # Awaited before a thread is taken: waiting pictures must not fill the pool that look-ups of addresses need, too.
        self.room = asyncio.Semaphore(AT_ONCE)

    def keep(self, images: Sequence[str | bytes], host: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """(all names, names newly written) for pictures, as they are, as data URLs or as addresses of our own; all are checked before the first is written.

        BadInput names the picture that is wrong, counted from 1. `host` is the address under which the request came.
        """
        checked = [self._check(number, image, host) for number, image in enumerate(images, 1)]
        raw = [(number, item) for number, item in enumerate(checked, 1) if isinstance(item, bytes)]
        clean = iter(cleaned(raw) if raw else ())
        names: list[str] = []
        fresh: list[str] = []
        for item in checked:
            if isinstance(item, str):
                names.append(item)
            else:
                names.append(self._write(next(clean)))
                fresh.append(names[-1])
        return tuple(names), tuple(fresh)

    def forget(self, names: Sequence[str]) -> None:
        """Deletes files that no log names: the message turned out to be a duplicate."""
        for name in names:
            (self.folder / name).unlink(missing_ok=True)

    def _check(self, number: int, image: str | bytes, host: str) -> str | bytes:
        """The name of an upload that is there already, or the bytes of a new one."""
        content = image
        if isinstance(content, str):
            head = _DATA_URL.match(content[:64])
            if head is None:
                return self._own(number, content, host)
            if len(content) - head.end() > (MAX_BYTES + 2) // 3 * 4:
                raise PictureTooLarge(_why_not(number, "bytes"))
            try:
                content = base64.b64decode(content[head.end() :], validate=True)
            except (binascii.Error, ValueError):
                raise BadInput(f"第 {number} 张图片不是有效的 base64") from None
        if len(content) > MAX_BYTES:
            raise PictureTooLarge(_why_not(number, "bytes"))
        if kind(content) is None:
            raise BadInput(_why_not(number, "kind"))
        return content

    def _own(self, number: int, address: str, host: str) -> str:
        try:
            parts = urlsplit(address)
        except ValueError:
            parts = urlsplit("")
        folder, _, name = parts.path.rpartition("/")
        ours = (parts.scheme in ("", "http", "https")) and parts.netloc in ("", host) and folder in ("/uploads", "uploads")
        if not ours or not NAME.fullmatch(name) or not (self.folder / name).is_file():
            raise BadInput(f"第 {number} 张图片要是 data:image/…;base64,… 或本系统 /uploads/ 下已有的地址")
        return name

    def _write(self, picture: Clean) -> str:
        """The new name; on disk before this returns, because the log will name it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{secrets.token_hex(16)}.{picture.ending}"
        handle = os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(picture.content)
            file.flush()
            os.fsync(file.fileno())
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return name
