"""GET tickets/{id}/export: a case as a zip, made in a thread on disk and sent from there, so that it never lies in the memory."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import datetime, timezone
from io import SEEK_END
from typing import IO

from aiohttp import web

from bot.gateway.desk_keys import DESK, EXPORTS, SIGNED
from bot.gateway.keys import PICTURES
from bot.services.case_zip import write_zip

CHUNK = 256 * 1024
AT_ONCE = 2
"""Exports that are made or sent at the same time."""


async def export(request: web.Request) -> web.StreamResponse:
    """`?internal=1` with what colleagues wrote to each other, `?masked=1` with numbers hidden also from who may see them."""
    internal, masked = (request.query.get(key) == "1" for key in ("internal", "masked"))
    case = await request.app[DESK].export(
        request[SIGNED].person, request.match_info["id"], datetime.now(timezone.utc), internal=internal, masked=masked
    )
    async with request.app[EXPORTS]:
        with tempfile.TemporaryFile() as file:
            await asyncio.to_thread(write_zip, case, request.app[PICTURES].folder, file)
            return await _send(request, file, f"case-{case.ticket}.zip")


async def _send(request: web.Request, file: IO[bytes], name: str) -> web.StreamResponse:
    response = web.StreamResponse(
        headers={
            "Content-Type": "application/zip",
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
    )
    response.content_length = file.seek(0, SEEK_END)
    await response.prepare(request)
    file.seek(0)
    while chunk := await asyncio.to_thread(file.read, CHUNK):
        await response.write(chunk)
    await response.write_eof()
    return response
