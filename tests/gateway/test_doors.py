"""Every route has its door, and nobody comes in by another one."""

from __future__ import annotations

import pytest
from gates import Gate

from bot.gateway.doors import DESK, DOORS, Door, door_of


async def test_every_route_of_the_application_stands_in_the_table_and_no_other(gate: Gate) -> None:
    routes = {route.resource.canonical for route in gate.client.app.router.routes() if route.resource}  # type: ignore[union-attr]
    assert {route for route in routes if not route.startswith(DESK)} == set(DOORS)


def test_a_route_that_nobody_thought_of_is_behind_the_key() -> None:
    assert door_of("/api/new") is Door.KEY


@pytest.mark.parametrize("route", [route for route, door in DOORS.items() if door is Door.VISITOR])
async def test_a_visitors_door_wants_a_visitors_token(gate: Gate, route: str) -> None:
    method = "POST" if route.endswith("pictures") else "GET"
    for token in (None, "qt_test", "e30.e30.e30"):
        answer = await gate.call(method, route, key=token)
        assert (answer.status, (await answer.json())["code"]) == (401, "not_allowed")


@pytest.mark.parametrize("route", [route for route, door in DOORS.items() if door is Door.KEY])
async def test_a_key_door_wants_a_key_and_no_visitors_token(gate: Gate, route: str) -> None:
    token = (await (await gate.call("POST", "/api/visitor/sessions", key=None)).json())["token"]
    method = "POST" if route.startswith("/webhooks") or "{id}" in route else "GET"
    for wrong in (None, token, "qt_other"):
        answer = await gate.call(method, route.replace("{sender}", "s"), key=wrong)
        assert (answer.status, (await answer.json())["code"]) == (401, "not_allowed")
