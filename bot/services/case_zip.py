"""A case as a zip: index.html to read and print, case.json for programs, and the pictures. Runs in a thread: it reads and writes files."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.services.case_file import Case

TEMPLATE = "case.html.j2"
MOST_BYTES = 200 << 20
"""So much of pictures goes into one file; a platform takes no more in one upload."""
TOO_LARGE = f"超出一次导出的 {MOST_BYTES >> 20} MB，没有放进来，请在工作台里单独下载"
LOST = "文件已不在，没有放进来"
_OURS = re.compile(r"[0-9a-f]{32}\.(?:jpg|png|webp)")
"""Names of uploads; what a shop's system only mentioned has no file here."""


def write_zip(case: Case, uploads: Path, out: IO[bytes], most: int = MOST_BYTES) -> None:
    """Writes the zip; pictures that are missing or too many are named as such on the page, never silently left out."""
    kept, left_out = chosen(case.pictures, uploads, most)
    with ZipFile(out, "w") as file:
        file.writestr("index.html", html(case, kept, left_out), ZIP_DEFLATED)
        body = {**case.view, "pictures_left_out": left_out}
        file.writestr("case.json", json.dumps(body, ensure_ascii=False, indent=1).encode("utf-8", "replace"), ZIP_DEFLATED)
        for name in kept:
            # They are compressed already.
            file.write(uploads / name, f"pictures/{name}", ZIP_STORED)


def chosen(names: Sequence[str], uploads: Path, most: int = MOST_BYTES) -> tuple[list[str], dict[str, str]]:
    """The pictures that go in, in their order as long as there is room, and why the others do not."""
    kept: list[str] = []
    left_out: dict[str, str] = {}
    room = most
    for name in names:
        path = uploads / name
        if not _OURS.fullmatch(name) or not path.is_file():
            left_out[name] = LOST
        elif path.stat().st_size > room:
            left_out[name] = TOO_LARGE
        else:
            kept.append(name)
            room -= path.stat().st_size
    return kept, left_out


def html(case: Case, kept: Sequence[str], left_out: dict[str, str]) -> bytes:
    """The page; everything that people wrote is escaped."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    text = environment.get_template(TEMPLATE).render(case=case.view, kept=frozenset(kept), left_out=left_out)
    return text.encode("utf-8", "replace")
