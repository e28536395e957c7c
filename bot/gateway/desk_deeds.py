"""The desk's deeds (docs/live.md §5): parse, call, answer. Every right is checked in the service."""

from __future__ import annotations

import time
from datetime import datetime, timezone

from aiohttp import web

from bot.errors import BadInput
from bot.gateway import desk_bodies as bodies
from bot.gateway.answers import ok
from bot.gateway.desk_bodies import body_of
from bot.gateway.desk_keys import DESK, SIGNED
from bot.gateway.keys import UPLOADS, UPLOADS_FROM
from bot.gateway.uploads import receive
from bot.model import agent_owner
from bot.services.desk import me_json


async def presence(request: web.Request) -> web.Response:
    """POST presence"""
    body, person = await body_of(request, bodies.PresenceBody), request[SIGNED].person
    state = await request.app[DESK].set_presence(person, body.status, body.capacity, _now())
    return ok(me=me_json(state))


async def claim_next(request: web.Request) -> web.Response:
    """POST queues/{group}/claim"""
    body, person = await body_of(request, bodies.DeedBody), request[SIGNED].person
    return ok(row=await request.app[DESK].claim_next(person, request.match_info["group"], body.deed, _now()))


async def claim(request: web.Request) -> web.Response:
    """POST tickets/{id}/claim"""
    await body_of(request, bodies.Nothing)
    return ok(row=await request.app[DESK].claim(request[SIGNED].person, request.match_info["id"], _now()))


async def plan(request: web.Request) -> web.Response:
    """POST tickets/{id}/plan"""
    body = await body_of(request, bodies.PlanBody)
    return ok(row=await request.app[DESK].plan(request[SIGNED].person, request.match_info["id"], _now(), body.words, body.deed))


async def tell_plan(request: web.Request) -> web.Response:
    """POST tickets/{id}/plan/tell"""
    body = await body_of(request, bodies.TellBody)
    return ok(row=await request.app[DESK].tell_plan(request[SIGNED].person, request.match_info["id"], body.client_id, _now()))


async def answer_plan(request: web.Request) -> web.Response:
    """POST tickets/{id}/plan/answer"""
    body = await body_of(request, bodies.PlanAnswerBody)
    return ok(row=await request.app[DESK].answer_plan(request[SIGNED].person, request.match_info["id"], body.yes, body.no, _now()))


async def transfer(request: web.Request) -> web.Response:
    """POST tickets/{id}/transfer"""
    body, person, ticket = await body_of(request, bodies.TransferBody), request[SIGNED].person, request.match_info["id"]
    if body.group is not None and body.agent is None:
        row, note = await request.app[DESK].transfer_to_group(person, ticket, body.group, body.reason, _now())
    elif body.agent is not None and body.group is None:
        row, note = await request.app[DESK].transfer_to_agent(person, ticket, body.agent, body.reason, _now())
    else:
        raise BadInput("转交要么给一个组，要么给一位客服")
    return ok(row=row, note=note)


async def give_back(request: web.Request) -> web.Response:
    """POST tickets/{id}/give-back"""
    body = await body_of(request, bodies.ReasonBody)
    return ok(row=await request.app[DESK].give_back(request[SIGNED].person, request.match_info["id"], body.reason, _now()))


async def to_bot(request: web.Request) -> web.Response:
    """POST tickets/{id}/to-bot"""
    body = await body_of(request, bodies.ReasonBody)
    return ok(row=await request.app[DESK].to_bot(request[SIGNED].person, request.match_info["id"], body.reason, _now()))


async def close(request: web.Request) -> web.Response:
    """POST tickets/{id}/close"""
    body, person = await body_of(request, bodies.CloseBody), request[SIGNED].person
    row = await request.app[DESK].close(person, request.match_info["id"], body.outcome, body.note, _now(), body.cost_fen, body.cause)
    return ok(row=row)


async def follow_up(request: web.Request) -> web.Response:
    """POST tickets/{id}/follow-up"""
    body, person = await body_of(request, bodies.FollowUpBody), request[SIGNED].person
    return ok(row=await request.app[DESK].follow_up(person, request.match_info["id"], body.result, body.note, _now()))


async def label(request: web.Request) -> web.Response:
    """POST tickets/{id}/label"""
    body, person = await body_of(request, bodies.LabelBody), request[SIGNED].person
    done = await request.app[DESK].correct_label(person, request.match_info["id"], body.label, body.message_no, _now())
    return ok(row=done.row, group=done.group)


async def evidence(request: web.Request) -> web.Response:
    """POST tickets/{id}/evidence"""
    body, person = await body_of(request, bodies.EvidenceBody), request[SIGNED].person
    row = await request.app[DESK].evidence(
        person, request.match_info["id"], body.what, body.have, body.no, _now(), picture=body.name, detach=body.detach
    )
    return ok(row=row)


async def proof(request: web.Request) -> web.Response:
    """POST tickets/{id}/proof"""
    body = await body_of(request, bodies.ProofBody)
    return ok(row=await request.app[DESK].proof(request[SIGNED].person, request.match_info["id"], body.due(), _now()))


async def duty_done(request: web.Request) -> web.Response:
    """POST tickets/{id}/duties/{duty}/done"""
    await body_of(request, bodies.Nothing)
    person, ticket, duty = request[SIGNED].person, request.match_info["id"], request.match_info["duty"]
    return ok(row=await request.app[DESK].tick_duty(person, ticket, duty, _now()))


async def offer(request: web.Request) -> web.Response:
    """POST tickets/{id}/offers"""
    body, person, ticket = await body_of(request, bodies.OfferBody), request[SIGNED].person, request.match_info["id"]
    return ok(row=await request.app[DESK].offer(person, ticket, body.deed, body.kind, body.amount_fen, body.words, _now()))


async def decide_offer(request: web.Request) -> web.Response:
    """POST tickets/{id}/offers/{offer}/decide"""
    body, person, ticket = await body_of(request, bodies.DecideBody), request[SIGNED].person, request.match_info["id"]
    return ok(row=await request.app[DESK].decide_offer(person, ticket, request.match_info["offer"], body.yes, body.note, _now()))


async def withdraw_offer(request: web.Request) -> web.Response:
    """POST tickets/{id}/offers/{offer}/withdraw"""
    await body_of(request, bodies.Nothing)
    person, ticket = request[SIGNED].person, request.match_info["id"]
    return ok(row=await request.app[DESK].withdraw_offer(person, ticket, request.match_info["offer"], _now()))


async def say(request: web.Request) -> web.Response:
    """POST conversations/{c}/say"""
    body, person = await body_of(request, bodies.SayBody), request[SIGNED].person
    done = await request.app[DESK].say(person, request.match_info["c"], body.client_id, body.text, tuple(body.images), _now())
    return ok(no=done.no, duplicate=done.duplicate)


async def whisper(request: web.Request) -> web.Response:
    """POST conversations/{c}/whisper"""
    body, person = await body_of(request, bodies.WhisperBody), request[SIGNED].person
    done = await request.app[DESK].whisper(person, request.match_info["c"], body.client_id, body.text, _now())
    return ok(no=done.no, duplicate=done.duplicate)


async def promise(request: web.Request) -> web.Response:
    """POST conversations/{c}/promise"""
    body, person = await body_of(request, bodies.PromiseBody), request[SIGNED].person
    done = await request.app[DESK].promise(person, request.match_info["c"], body.client_id, body.text, body.due(), _now(), body.kind)
    return ok(no=done.no, id=done.id)


async def suggest_promises(request: web.Request) -> web.Response:
    """POST conversations/{c}/promises/suggest: what of a line looks like a promise."""
    body, person = await body_of(request, bodies.SuggestBody), request[SIGNED].person
    return ok(suggestions=await request.app[DESK].suggest_promises(person, request.match_info["c"], body.text, _now()))


async def promise_done(request: web.Request) -> web.Response:
    """POST conversations/{c}/promises/{id}/done"""
    await body_of(request, bodies.Nothing)
    done = await request.app[DESK].promise_done(request[SIGNED].person, request.match_info["c"], request.match_info["id"], _now())
    return ok(no=done.no)


async def reopen(request: web.Request) -> web.Response:
    """POST conversations/{c}/reopen"""
    await body_of(request, bodies.Nothing)
    return ok(row=await request.app[DESK].reopen(request[SIGNED].person, request.match_info["c"], _now()))


async def take_over(request: web.Request) -> web.Response:
    """POST conversations/{c}/take-over"""
    body = await body_of(request, bodies.ReasonBody)
    return ok(row=await request.app[DESK].take_over(request[SIGNED].person, request.match_info["c"], body.reason, _now()))


async def unmask(request: web.Request) -> web.Response:
    """POST conversations/{c}/unmask"""
    await body_of(request, bodies.UnmaskBody)
    buyer = await request.app[DESK].unmask(request[SIGNED].person, request.match_info["c"], _now())
    return ok(name=buyer.name, phone=buyer.phone, address=buyer.address)


async def end_sign_in(request: web.Request) -> web.Response:
    """POST agents/{id}/sign-out"""
    body = await body_of(request, bodies.ReasonBody)
    await request.app[DESK].end_sign_in(request[SIGNED].person, request.match_info["id"], body.reason, _now())
    return ok()


async def phase(request: web.Request) -> web.Response:
    """POST phase"""
    body = await body_of(request, bodies.PhaseBody)
    found = await request.app[DESK].set_phase(request[SIGNED].person, body.phase, _now())
    return ok(**found.to_json())


async def retry_webhooks(request: web.Request) -> web.Response:
    """POST webhooks/retry"""
    body = await body_of(request, bodies.RetryBody)
    return ok(**await request.app[DESK].retry_webhooks(request[SIGNED].person, body.id, _now()))


async def picture(request: web.Request) -> web.Response:
    """POST pictures: the name under which a line may bring it."""
    person = request[SIGNED].person
    request.app[DESK].check_speaks(person)
    request.app[UPLOADS_FROM].take(agent_owner(person.id), time.monotonic())
    name = await receive(request)
    await request.app[UPLOADS].add(name, agent_owner(person.id), _now())
    return ok(name=name, url=f"/uploads/{name}")


def _now() -> datetime:
    return datetime.now(timezone.utc)
