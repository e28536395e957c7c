"""The table of routes and doors: who may come in where. A route that is not in it is behind the key."""

from __future__ import annotations

from enum import Enum

from aiohttp import web

from bot.services.visitor_tokens import Visitor


class Door(Enum):
    """Who opens a route."""

    OPEN = "open"
    """Everybody."""
    OWN = "own"
    """The handler asks itself: a token in the body or in the first frame, one of two kinds of session."""
    KEY = "key"
    """An API key of the role integration."""
    LOOPBACK_OR_KEY = "loopback or key"
    """A program on this machine, or a key."""
    VISITOR = "visitor"
    """A visitor's session token."""
    DESK = "desk"
    """Somebody signed in at the desk (desk_door.py)."""


DOORS = {
    "/": Door.OPEN,
    "/desk": Door.OPEN,
    "/desk/{path}": Door.OPEN,
    "/demo": Door.OPEN,
    "/widget.js": Door.OPEN,
    "/assets/{file}": Door.OPEN,
    "/healthz": Door.OPEN,
    "/readyz": Door.OPEN,
    "/api/openapi.json": Door.OPEN,
    "/api/frames.json": Door.OPEN,
    "/api/demo/buyers": Door.OPEN,
    "/api/visitor/page": Door.OPEN,
    "/api/visitor/sessions": Door.OWN,
    "/api/visitor/orders": Door.VISITOR,
    "/api/visitor/history": Door.VISITOR,
    "/api/visitor/pictures": Door.VISITOR,
    "/uploads/{name}": Door.OWN,
    "/ws/visitor": Door.OWN,
    "/metrics": Door.LOOPBACK_OR_KEY,
    "/webhooks/rest/webhook": Door.KEY,
    "/api/conversations/{sender}": Door.KEY,
    "/api/tickets": Door.KEY,
    "/api/tickets/{id}/proof": Door.KEY,
    "/api/phase": Door.KEY,
    "/api/queues": Door.KEY,
}
DESK = ("/api/desk/", "/ws/desk")
"""Below these, people of the desk only."""
VISITOR = web.RequestKey("visitor", Visitor)
"""Who came through a visitor's door."""


def door_of(route: str) -> Door:
    """The door of a route's pattern."""
    return Door.DESK if route.startswith(DESK) else DOORS.get(route, Door.KEY)


def bearer(request: web.BaseRequest) -> str | None:
    """The token in `Authorization: Bearer …`; None when there is none."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() or None if kind.lower() == "bearer" else None
