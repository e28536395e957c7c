"""The visitors' REST (docs/live.md §2): a session, the words of the page, the own orders, the history, the schema of the frames."""

from __future__ import annotations

import time
from datetime import datetime, timezone

from aiohttp import web

from bot.errors import BadInput, NotFound, NotVerified, StoreDown
from bot.gateway import desk_frames, payloads, visitor_frames
from bot.gateway.answers import json_answer, ok
from bot.gateway.doors import VISITOR, bearer
from bot.gateway.keys import DEMO, HISTORY, ORDERS, PAGE, PHASES, SESSIONS_FROM, SETTINGS, TOKENS, VISITOR_VIEW
from bot.gateway.origins import address_of

HISTORY_MOST = 200


async def sessions(request: web.Request) -> web.Response:
    """POST /api/visitor/sessions: a token for the buyer whom the shop names, for who it was before, or for somebody new."""
    app, now = request.app, datetime.now(timezone.utc)
    app[SESSIONS_FROM].take(address_of(request, app[SETTINGS]), time.monotonic())
    raw = await request.read()
    identity = payloads.parse_json(raw).get("identity") if raw.strip() else None
    if identity is not None and not isinstance(identity, str):
        raise BadInput("identity 要是字符串")
    tokens = app[TOKENS]
    visitor = tokens.visitor(tokens.buyer(identity) if identity else None, bearer(request), now)
    return ok(
        token=tokens.session(visitor, now),
        expires_at=visitor.until.isoformat(),
        conversation=visitor.conversation,
        verified=visitor.buyer is not None,
        buyer_name=await app[ORDERS].masked_name(visitor.buyer) if visitor.buyer is not None else None,
    )


async def page(request: web.Request) -> web.Response:
    """GET /api/visitor/page: what the page shows before and around the conversation."""
    app, words, now = request.app, request.app[PAGE](), datetime.now(timezone.utc)
    try:
        found = await app[PHASES].now(now)
    except StoreDown:
        found = app[PHASES].without_store(now)
    return ok(
        shop={"name": words.name.zh, "name_en": words.name.en},
        greeting=[{"zh": line.zh, "en": line.en} for line in words.greeting],
        quick=[{"title": q.title, "text": q.text, "title_en": q.title_en, "text_en": q.text_en} for q in words.quick_in(found.phase)],
        rating_reasons={
            name: [{"name": choice.name, "zh": choice.zh, "en": choice.en} for choice in choices]
            for name, choices in (("good", words.good), ("bad", words.bad))
        },
        max_chars=app[SETTINGS].max_message_chars,
    )


async def orders(request: web.Request) -> web.Response:
    """GET /api/visitor/orders: the verified buyer's own, newest first."""
    buyer = request[VISITOR].buyer
    if buyer is None:
        raise NotVerified("登录店铺后才能看到自己的订单")
    return ok(orders=await request.app[ORDERS].cards(buyer))


async def history(request: web.Request) -> web.Response:
    """GET /api/visitor/history: older events as the page shows them; `from` is the lowest number that was read."""
    before, limit = payloads.before(request.query, HISTORY_MOST)
    conversation = request[VISITOR].conversation
    found = await request.app[HISTORY].before(conversation, before, limit)
    frames = await request.app[VISITOR_VIEW].frames(conversation, found.events)
    return ok(events=frames, more=found.more, **{"from": found.events[0]["no"] if found.events else 0})


async def demo_buyers(request: web.Request) -> web.Response:
    """GET /api/demo/buyers: buyers of the demo shop with a token each, so that its page can be somebody."""
    demo = request.app[DEMO]
    if demo is None:
        raise NotFound("没有演示店铺")
    return ok(buyers=await demo.buyers(datetime.now(timezone.utc)))


async def frames(_request: web.Request) -> web.Response:
    """GET /api/frames.json: JSON schema of the sockets' frames."""
    return json_answer({"visitor": visitor_frames.document(), "desk": desk_frames.document()})
