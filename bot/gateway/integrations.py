"""The doors for the shop's systems: a message in, conversations, tickets, phase and queues out. The key stands for the shop."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import datetime, timezone
from uuid import uuid4

import aiohttp
from aiohttp import web

from bot import taxonomy
from bot.errors import BadInput, NotFound, StoreDown, TooMany
from bot.gateway import payloads, shapes
from bot.gateway.answers import json_answer, ok
from bot.gateway.keys import BUCKETS, CONVERSE, METERS, PHASES, PICTURES, PROOFS, RECORD, SETTINGS, TAXONOMY, UPLOADS
from bot.model import JSON
from bot.services.converse import Turn
from bot.services.phases import AUTO

BY_INTEGRATION = "integration"


async def webhook(request: web.Request) -> web.Response:
    """POST /webhooks/rest/webhook: everything the customer should read on the turn of this message, in Rasa's form."""
    body = payloads.parse_json(await _body(request))
    message = payloads.incoming(body, request.app[SETTINGS].max_message_chars)
    try:
        request.app[BUCKETS].take(message.sender, time.monotonic())
    except TooMany:
        request.app[METERS].limited.inc()
        raise
    turn = await _accept(request, message)
    return json_answer(shapes.replies(message.sender, list(turn.events)))


async def conversation(request: web.Request) -> web.Response:
    """GET /api/conversations/{sender}: owner, open ticket and a page of the log."""
    record, sender = request.app[RECORD], request.match_info["sender"]
    after, limit = payloads.after(request.query)
    found = await record.conversation(sender)
    if found is None:
        raise NotFound(f"没有会话 {sender[: payloads.MAX_ID_CHARS]}")
    ticket = await record.ticket(found.ticket_id) if found.ticket_id else None
    events = await record.events(sender, after=after, limit=limit)
    return ok(
        sender=found.id,
        owner=found.owner,
        epoch=found.epoch,
        buyer_id=found.buyer_id,
        label=found.label,
        last_no=found.last_no,
        ticket=shapes.ticket(ticket) if ticket is not None and shapes.is_open(ticket) else None,
        log=events,
    )


async def tickets(request: web.Request) -> web.Response:
    """GET /api/tickets: tickets by state, group and sender, newest first."""
    wished = payloads.ticket_filter(request.query, tuple(request.app[TAXONOMY].groups))
    state = wished.state.value if wished.state else None
    found = await request.app[RECORD].tickets(state=state, group=wished.group, sender=wished.sender, limit=wished.limit)
    return ok(tickets=[shapes.ticket(ticket) for ticket in found])


async def proof(request: web.Request) -> web.Response:
    """POST /api/tickets/{id}/proof: until when the platform wants the shop's proof, as the shop's system learned it; null: no longer."""
    due_at = payloads.proof(payloads.parse_json(await _body(request)))
    ticket_id, now = request.match_info["id"], datetime.now(timezone.utc)
    found = await request.app[PROOFS].set(ticket_id, due_at, now, who=BY_INTEGRATION, by=BY_INTEGRATION)
    return ok(ticket=shapes.ticket(found))


async def get_phase(request: web.Request) -> web.Response:
    """GET /api/phase: the phase in force."""
    found = await request.app[PHASES].now(datetime.now(timezone.utc))
    return ok(**found.to_json())


async def set_phase(request: web.Request) -> web.Response:
    """POST /api/phase: the phase from now on, or `auto` for the calendar's."""
    wished = payloads.phase(payloads.parse_json(await _body(request)), (*taxonomy.PHASES, AUTO))
    found = await request.app[PHASES].choose(wished, BY_INTEGRATION, datetime.now(timezone.utc))
    return ok(**found.to_json())


async def queues(request: web.Request) -> web.Response:
    """GET /api/queues: every group with how many wait, how long, and who is on duty."""
    record, now = request.app[RECORD], datetime.now(timezone.utc)
    found = {queue.group: queue for queue in await record.queues()}
    present = await record.on_duty(now)
    rows: list[JSON] = [
        shapes.queue(group, found.get(group.name), present.get(group.name, 0), now) for group in request.app[TAXONOMY].groups.values()
    ]
    return ok(queues=rows)


async def _body(request: web.Request) -> bytes:
    """The whole body; BadInput when it stops in the middle or is not packed as it says."""
    try:
        return await request.read()
    except (web.RequestPayloadError, aiohttp.ClientPayloadError, aiohttp.http_exceptions.HttpProcessingError):
        raise BadInput("请求正文不完整，或编码与请求头不符") from None


async def _kept(request: web.Request, images: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(all names, new names) of the pictures, on disk now."""
    pictures = request.app[PICTURES]
    try:
        async with pictures.room:
            return await asyncio.to_thread(pictures.keep, images, request.host)
    except OSError as error:
        raise StoreDown("图片暂时不能保存，请稍后重发") from error


async def _forget(app: web.Application, sender: str, no: int, fresh: tuple[str, ...]) -> None:
    """Deletes the pictures of a message that was sent twice, but never those that the log names: when Redis's answer is lost and
    the script runs again, the first message looks like a duplicate of itself."""
    with suppress(StoreDown):
        events = await app[RECORD].events(sender, after=no - 1, limit=1)
        named = set(events[0].get("images") or ()) if events else set()
        await asyncio.to_thread(app[PICTURES].forget, tuple(name for name in fresh if name not in named))


async def _accept(request: web.Request, message: payloads.Incoming) -> Turn:
    """The message with its pictures on disk, and its turn."""
    app, meters = request.app, request.app[METERS]
    names, fresh = await _kept(request, message.images) if message.images else ((), ())
    # A picture that was only mentioned has no file; its place is kept, as the playbooks count pictures.
    images = names + (payloads.UNSEEN,) * message.unseen
    await app[UPLOADS].keep(fresh, message.sender)
    turn = await app[CONVERSE].accept(
        message.sender,
        message.text,
        message.client_id or uuid4().hex,
        now=datetime.now(timezone.utc),
        buyer_id=message.buyer_id,
        images=images,
    )
    (meters.duplicates if turn.duplicate else meters.accepted).inc()
    if turn.duplicate and fresh:
        await _forget(app, message.sender, turn.no, fresh)
    if not turn.done:
        meters.timed_out.inc()
    return turn
