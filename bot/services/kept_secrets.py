"""Secrets that are made on the first start and kept below var/secrets, for their user alone."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from bot.errors import BadInput

FEWEST_CHARS = 32


def kept_secret(given: str, path: Path, setting: str) -> str:
    """The given secret, else the one in the file, made when there is none. BadInput for one that is short enough to be guessed."""
    found = given or _kept(path)
    if len(found) < FEWEST_CHARS:
        raise BadInput(f"{setting if given else path} 太短：至少 {FEWEST_CHARS} 个字符，例如 openssl rand -hex 32 的结果")
    return found


def _kept(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        # A link fails when another process was faster, so that all of them have the same.
        with suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text(encoding="utf-8").strip()
