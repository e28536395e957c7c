"""Pictures up and down: one file of at most 10 MB, checked and renamed; shown to those whose conversation names it, and to the desk."""

from __future__ import annotations

import asyncio
import tempfile
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import IO

import aiohttp
from aiohttp import web

from bot.errors import BadInput, NotAllowed, NotFound, StoreDown
from bot.gateway.answers import ok
from bot.gateway.doors import VISITOR, bearer
from bot.gateway.keys import IS_AT_DESK, PICTURES, TOKENS, UPLOADS, UPLOADS_FROM
from bot.gateway.pictures import MAX_BYTES, NAME, PictureTooLarge

FIELD = "picture"
TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
RECEIVE_S = 60.0
"""How long somebody may take to send a picture."""


async def visitor_picture(request: web.Request) -> web.Response:
    """POST /api/visitor/pictures: the name under which a message may bring the picture."""
    conversation = request[VISITOR].conversation
    request.app[UPLOADS_FROM].take(conversation, time.monotonic())
    name = await receive(request)
    await request.app[UPLOADS].add(name, conversation, datetime.now(timezone.utc))
    return ok(name=name, url=f"/uploads/{name}")


async def receive(request: web.Request) -> str:
    """The new name of the one picture in this multipart request. BadInput, PictureTooLarge, StoreDown when it cannot be kept."""
    pictures = request.app[PICTURES]
    # On disk while it comes in: a hundred slow phones must not fill the memory.
    with tempfile.TemporaryFile() as file:
        try:
            await asyncio.wait_for(_copy(request, file), RECEIVE_S)
        except asyncio.TimeoutError:
            raise BadInput("图片传得太慢，没有收完：请换个网络，或缩小后再发") from None
        except (ValueError, web.RequestPayloadError, aiohttp.ClientPayloadError, aiohttp.http_exceptions.HttpProcessingError):
            raise BadInput("图片没有收完整，请重新上传") from None
        try:
            async with pictures.room:
                names, _ = await asyncio.to_thread(lambda: pictures.keep((_whole(file),), request.host))
        except OSError as error:
            raise StoreDown("图片暂时不能保存，请稍后重发") from error
    return names[0]


async def upload(request: web.Request) -> web.StreamResponse:
    """GET /uploads/{name}: the picture. NotFound also for one that is not for this reader."""
    name = request.match_info["name"]
    if not NAME.fullmatch(name):
        raise NotFound("没有这张图片")
    if not await request.app[IS_AT_DESK](request):
        token = bearer(request)
        if token is None:
            raise NotAllowed("登录后才能看图片")
        visitor = request.app[TOKENS].read(token)
        if (await request.app[UPLOADS].owners([name]))[0] != visitor.conversation:
            raise NotFound("没有这张图片")
    path: Path = request.app[PICTURES].folder / name
    if not path.is_file():
        raise NotFound("没有这张图片")
    headers = {
        "Content-Type": TYPES[name.rpartition(".")[2]],
        "Content-Disposition": f'inline; filename="{name}"',
        "Cache-Control": "private, max-age=31536000, immutable",
        "Vary": "Authorization, Cookie",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return web.FileResponse(path, headers=headers)


async def _copy(request: web.Request, file: IO[bytes]) -> None:
    if not request.content_type.startswith("multipart/"):
        raise BadInput(f"要用 multipart/form-data 上传，字段名 {FIELD}")
    parts = await request.multipart()
    part = await parts.next()
    if not isinstance(part, aiohttp.BodyPartReader) or part.name != FIELD:
        raise BadInput(f"要用 multipart/form-data 上传，字段名 {FIELD}")
    size = 0
    while chunk := await part.read_chunk(64 * 1024):
        size += len(chunk)
        if size > MAX_BYTES:
            raise PictureTooLarge(f"图片超过 {MAX_BYTES >> 20} MB：请压缩或缩小后再发")
        file.write(chunk)
    if await parts.next() is not None:
        raise BadInput("一次传一张图片")


def _whole(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()
