"""Every route of the desk for every role: who is let through, who is not. A new route must be written in here."""

from __future__ import annotations

from uuid import uuid4

from aiohttp import web
from desk_pages import GROUP, DeskGate
from gates import now

from bot.gateway.doors import Door, door_of
from bot.model import JSON

# Tickets by conversation: T is lin's own in exceptions, G waits in exceptions, R waits in reception.
ROUTES = """
GET me                              lin mei rui boss trainer admin
GET mine                            lin mei rui boss trainer admin
GET follow-ups                      lin mei rui boss trainer admin
GET team                            lin mei rui boss -       admin
GET agents/s1/tickets               -   -   -   boss -       -
GET agents/s1/tickets               -   -   -   boss -       -
GET search?q=5503                   lin mei rui boss trainer -
GET audit                           -   -   -   boss -       admin
GET webhooks                        -   -   -   boss -       admin
GET queues/exceptions               lin mei -   boss trainer -
GET queues/reception                -   -   rui boss trainer -
GET conversations/c-own             lin mei -   boss trainer -
GET conversations/c-other           -   -   rui boss trainer -
GET conversations/c-bot             -   -   -   boss trainer -
GET conversations/c-own/events      lin mei -   boss trainer -
GET scripts?conversation=c-own      lin mei -   boss trainer -
GET tickets/T/export                lin mei -   boss -       -
GET tickets/T/export?internal=1     -   -   -   boss -       -
GET tickets/T/authority             lin -   -   boss -       -
GET offers                          -   -   -   boss -       -
POST presence                       lin mei rui boss bad     bad
POST queues/exceptions/claim        lin mei -   boss -       -
POST queues/reception/claim         -   -   rui boss -       -
POST tickets/G/claim                lin mei -   boss -       -
POST tickets/R/claim                -   -   rui boss -       -
POST tickets/T/plan                 lin -   -   boss -       -
POST tickets/T/plan/tell            409 -   -   409  -       -
POST tickets/T/plan/answer          409 -   -   409  -       -
POST tickets/T/follow-up            409 409 -   409  -       -
POST tickets/T/transfer             lin -   -   boss -       -
POST tickets/G/transfer             -   -   -   boss -       -
POST tickets/T/give-back            lin -   -   boss -       -
POST tickets/T/to-bot               lin -   -   boss -       -
POST tickets/T/close                lin -   -   boss -       -
POST tickets/T/label                lin mei -   boss trainer -
POST tickets/R/label                -   -   rui boss trainer -
POST tickets/T/evidence             lin -   -   boss -       -
POST tickets/T/duties/x/done        404 -   -   404  -       -
POST tickets/T/offers               lin -   -   boss -       -
POST tickets/T/offers/x/decide      -   -   -   404  -       -
POST tickets/T/offers/x/withdraw    404 -   -   404  -       -
POST tickets/T/proof                lin -   -   boss -       -
POST conversations/c-own/promises/suggest  lin - - boss -     -
POST conversations/c-own/say        lin 409 409 409  -       -
POST conversations/c-own/whisper    lin mei -   boss -       -
POST conversations/c-own/promise    lin -   -   boss -       -
POST conversations/c-own/promises/x/done  404 - - 404 -      -
POST conversations/c-closed/reopen  lin mei -   boss -       -
POST conversations/c-bot/take-over  -   -   -   boss -       -
POST conversations/c-own/take-over  -   -   -   boss -       -
POST conversations/c-own/unmask     lin -   -   boss -       -
POST agents/s2/sign-out             -   -   -   boss -       404
POST webhooks/retry                 -   -   -   boss -       admin
GET announcements                   -   -   -   boss -       -
POST announcements/page_down        -   -   -   boss -       -
POST announcements/page_down/preview  - -   -   boss -       -
DELETE announcements/page_down      -   -   -   boss -       -
POST phase                          -   -   -   boss -       admin
POST pictures                       bad bad bad bad  -       -
"""
NAMES = ("lin", "mei", "rui", "boss", "trainer", "admin")
ROWS = [line.split() for line in ROUTES.strip().splitlines()]
BODIES = {
    "presence": {"status": "online"}, "claim": {"deed": "d1"}, "transfer": {"group": "reception", "reason": ""},
    "close": {"outcome": "explained", "note": ""}, "label": {"label": "faq.tracking"}, "evidence": {"what": "照片", "have": True},
    "offers": {"deed": "o1", "kind": "freight", "amount_fen": 1200, "words": "补退货运费"}, "decide": {"yes": True},
    "tell": {"client_id": "t1"}, "answer": {"yes": True}, "follow-up": {"result": "satisfied"},
    "proof": {"due_at": "2099-11-11T12:00:00+08:00"}, "suggest": {"text": "今天发出"},
    "say": {"client_id": "m1", "text": "您好"}, "whisper": {"client_id": "w1", "text": "注意"},
    "promise": {"client_id": "p1", "text": "会退", "due_at": None}, "unmask": {"what": "buyer"}, "phase": {"phase": "promotion"},
    "page_down": {"deed": "d1"}, "preview": {"back_at": None},
}  # fmt: skip


async def test_every_route_of_the_desk_stands_in_the_table(floor: DeskGate) -> None:
    app: web.Application = floor.gate.client.app
    found = {
        (route.method, route.resource.canonical)
        for route in app.router.routes()
        if route.resource is not None and door_of(route.resource.canonical) is Door.DESK and route.method != "HEAD"
    }
    own = {("GET", "/ws/desk"), ("POST", "/api/desk/sign-in"), ("POST", "/api/desk/sign-out"), ("POST", "/api/desk/password")}
    assert {_canonical(method, path) for method, path, *_ in ROWS} == found - own


async def test_a_route_opens_for_whom_it_should(floor: DeskGate) -> None:
    wrong = []
    for method, path, *cells in ROWS:
        for name, cell in zip(NAMES, cells, strict=True):
            browser = await floor.begun(name)
            at = await _fresh(floor, path)
            call = {"GET": browser.get, "DELETE": browser.delete}.get(method)
            answer = await (call(at) if call else browser.post(at, **_body(at)))
            found = answer.status
            said = await answer.json() if answer.content_type == "application/json" else {"read": len(await answer.read())}
            wanted = {"-": 403, "bad": 400, "404": 404, "409": 409}.get(cell, 200)
            if found != wanted or (found == 403 and said["code"] != "forbidden"):
                wrong.append((method, path, name, wanted, found, said))
    assert wrong == []


def _body(path: str) -> JSON:
    last = path.rpartition("/")[2]
    if last in ("plan", "reopen", "done", "withdraw", "pictures") or (last == "claim" and path.startswith("tickets/")):
        return {}
    if path == "webhooks/retry":
        return {"id": None}
    return BODIES.get(last, {"reason": ""})


async def _fresh(floor: DeskGate, path: str) -> str:
    """The path with tickets as the table's head says, made anew: the one before may have been claimed or ended."""
    n = uuid4().hex[:8]
    names = {name: f"{name}-{n}" for name in ("c-own", "c-other", "c-closed", "c-bot")}
    for letter, conversation in (("T", "c-own"), ("G", f"g-{n}"), ("R", "c-other")):
        if f"/{letter}/" in path or conversation in path or path.startswith("queues/"):
            group = "reception" if letter == "R" else GROUP
            ticket = await floor.ticket(names.get(conversation, conversation), group)
            if letter == "T":
                await floor.gate.record.claim(ticket.id, "s1", now=ticket.opened_at)
            path = path.replace(f"/{letter}/", f"/{ticket.id}/")
    if "c-closed" in path:
        ticket = await floor.ticket(names["c-closed"])
        await floor.gate.record.claim(ticket.id, "s1", now=ticket.opened_at)
        await floor.gate.record.close(ticket.id, "explained", by="agent:s1", now=ticket.opened_at)
    if "c-bot" in path:
        await floor.gate.record.accept(names["c-bot"], "在吗", f"m{n}", now=now())
    for name, fresh in names.items():
        path = path.replace(name, fresh)
    return path


def _canonical(method: str, path: str) -> tuple[str, str]:
    parts = path.partition("?")[0].split("/")
    if parts[0] in ("tickets", "agents", "announcements") and len(parts) > 1:
        parts[1] = "{id}"
        if parts[2:3] == ["duties"]:
            parts[3] = "{duty}"
        elif parts[2:3] == ["offers"] and parts[3:]:
            parts[3] = "{offer}"
    elif parts[0] == "conversations":
        parts[1] = "{c}"
        if parts[2:3] == ["promises"] and parts[3] != "suggest":
            parts[3] = "{id}"
    elif parts[0] == "queues":
        parts[1] = "{group}"
    return method, "/api/desk/" + "/".join(parts)
