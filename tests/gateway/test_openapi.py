"""The description of the REST is whole and true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import pytest
from aiohttp import web
from gates import Gate
from jsonschema import Draft202012Validator

from bot.gateway.doors import Door, door_of
from bot.gateway.openapi import document
from bot.gateway.shapes import ticket
from bot.model import JSON, Ticket
from bot.taxonomy import load
from bot.ticket_parts import FollowUp, Offer, Plan
from tests.stores.redis_builders import a_ticket

DOCUMENT = document(load("data"))


def validator(schema: JSON) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]})


def answers() -> Iterator[tuple[str, JSON]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            for status, answer in operation["responses"].items():
                for media in answer["content"].values():
                    yield f"{method} {path} {status}", media


def of_systems(route: str) -> bool:
    """Whether the shop's systems call it; browsers' routes are described in docs/live.md."""
    return door_of(route) in (Door.KEY, Door.LOOPBACK_OR_KEY) or route in ("/healthz", "/readyz", "/api/openapi.json")


async def test_every_route_for_systems_is_described_and_no_other(gate: Gate) -> None:
    app: web.Application = gate.client.app
    routes = {
        (route.method.lower(), route.resource.canonical)
        for route in app.router.routes()
        if route.resource and route.method != "HEAD" and of_systems(route.resource.canonical)
    }
    assert routes == {(method, path) for path, methods in DOCUMENT["paths"].items() for method in methods}


async def test_it_is_answered_without_a_key(gate: Gate) -> None:
    answer = await gate.call("GET", "/api/openapi.json", key=None)
    assert answer.status == 200
    assert await answer.json() == DOCUMENT


@pytest.mark.parametrize(("name", "media"), list(answers()))
def test_every_example_fits_its_schema(name: str, media: JSON) -> None:
    assert [error.message for error in validator(media["schema"]).iter_errors(media["example"])] == []


def test_every_request_example_fits_its_schema() -> None:
    bodies = [o["requestBody"] for methods in DOCUMENT["paths"].values() for o in methods.values() if "requestBody" in o]
    assert bodies
    for body in bodies:
        media = body["content"]["application/json"]
        assert [error.message for error in validator(media["schema"]).iter_errors(media["example"])] == []


def test_it_has_the_parts_that_openapi_wants() -> None:
    assert DOCUMENT["openapi"].startswith("3.1")
    assert {"title", "version"} <= set(DOCUMENT["info"])
    seen = set()
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], path
            names = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
            assert names == {part[1:-1] for part in path.split("/") if part.startswith("{")}
            assert "200" in operation["responses"]
            seen.add(operation.get("operationId", f"{method} {path}"))
    assert len(seen) == sum(map(len, DOCUMENT["paths"].values()))
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_reference_leads_somewhere() -> None:
    names = set(DOCUMENT["components"]["schemas"])
    assert {ref.rpartition("/")[2] for ref in refs(DOCUMENT)} <= names


async def test_real_answers_fit_the_description(desk: Gate, sender: str) -> None:
    lines = await desk.say(sender, "转人工", buyer_id="b1", message_id="m1")
    webhook = DOCUMENT["paths"]["/webhooks/rest/webhook"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert [error.message for error in validator(webhook).iter_errors(lines)] == []
    for path in ("/api/conversations/{sender}", "/api/tickets", "/api/phase", "/api/queues"):
        schema = DOCUMENT["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        answer = await (await desk.call("GET", path.replace("{sender}", sender))).json()
        assert [error.message for error in validator(schema).iter_errors(answer)] == [], path


def refs(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "$ref":
                yield item
            yield from refs(item)
    elif isinstance(value, list):
        for item in value:
            yield from refs(item)


def test_a_ticket_is_told_and_described_with_every_field() -> None:
    own = {field.name for field in fields(Ticket)}
    inside = {"spoke_at", "not_to"}  # how the desk assigns
    assert own - set(ticket(a_ticket())) == inside
    properties = DOCUMENT["components"]["schemas"]["Ticket"]["properties"]
    assert set(properties) == set(ticket(a_ticket()))
    assert set(properties["offers"]["items"]["properties"]) == {field.name for field in fields(Offer)}
    assert set(properties["plan"]["anyOf"][1]["properties"]) == {field.name for field in fields(Plan)}
    assert set(properties["follow_up"]["anyOf"][1]["properties"]) == {field.name for field in fields(FollowUp)}
