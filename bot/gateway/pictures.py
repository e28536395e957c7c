"""Pictures that come with a message: really JPEG, PNG or WebP, stored below var/uploads under names of our own.

The log holds the name only. Pixels are not decoded here.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import BadInput, BotError

MAX_BYTES = 10 * 1024 * 1024
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


class Pictures:
    """The folder of uploads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, images: tuple[str, ...], host: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """(all names, names newly written) for data URLs and addresses; all are checked before the first is written.

        BadInput names the picture that is wrong, counted from 1. `host` is the address under which the request came.
        """
        checked = [self._check(number, image, host) for number, image in enumerate(images, 1)]
        names: list[str] = []
        fresh: list[str] = []
        for item in checked:
            if isinstance(item, str):
                names.append(item)
            else:
                names.append(self._write(item))
                fresh.append(names[-1])
        return tuple(names), tuple(fresh)

    def forget(self, names: tuple[str, ...]) -> None:
        """Deletes files that no log names: the message turned out to be a duplicate."""
        for name in names:
            (self.folder / name).unlink(missing_ok=True)

    def _check(self, number: int, image: str, host: str) -> str | bytes:
        """The name of an upload that is there already, or the bytes of a new one."""
        head = _DATA_URL.match(image[:64])
        if head is None:
            return self._own(number, image, host)
        if len(image) - head.end() > (MAX_BYTES + 2) // 3 * 4:
            raise PictureTooLarge(f"第 {number} 张图片超过 {MAX_BYTES >> 20} MB")
        try:
            content = base64.b64decode(image[head.end() :], validate=True)
        except (binascii.Error, ValueError):
            raise BadInput(f"第 {number} 张图片不是有效的 base64") from None
        if kind(content) is None:
            raise BadInput(f"第 {number} 张图片不是 JPEG、PNG 或 WebP")
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

    def _write(self, content: bytes) -> str:
        """The new name; on disk before this returns, because the log will name it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{secrets.token_hex(16)}.{kind(content)}"
        handle = os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return name
