"""Pictures that come while a ticket waits or is in hands find the piece that the bot asked for."""

from __future__ import annotations

from dataclasses import replace

import asyncpg
import pytest
from redis.asyncio import Redis

from bot.services.brought import attach_brought
from bot.services.desk import Desk
from bot.ticket_parts import Evidence
from tests.services.desk_people import LIN, a_desk, hand_off
from tests.stores.redis_builders import NOON, after

ASKED = (Evidence("问题照片", "customer", slot="photos"), Evidence("快递面单", "customer"))


@pytest.fixture
def desk(redis: Redis, key_prefix: str, database: asyncpg.Pool) -> Desk:
    return a_desk(redis, key_prefix, database)


async def a_case(desk: Desk) -> str:
    ticket = await hand_off(desk)
    await desk.record.amend(ticket.id, lambda t: replace(t, evidence=ASKED), now=NOON)
    return ticket.id


async def sends(desk: Desk, client_id: str, *images: str) -> int:
    accepted = await desk.record.accept("c1", "", client_id, now=after(5), images=images)
    await attach_brought(desk.record, "c1", accepted, images, after(5))
    return accepted.no


async def evidence(desk: Desk, ticket: str) -> list[tuple[bool, tuple[str, ...]]]:
    return [(piece.have, piece.refs) for piece in (await desk.ticket(ticket)).evidence]


@pytest.mark.parametrize("held", [False, True])
async def test_the_first_picture_is_what_was_asked_for_once(desk: Desk, held: bool) -> None:
    ticket = await a_case(desk)
    if held:
        await desk.claim(LIN, ticket, NOON)
    no = await sends(desk, "m2", "a.jpg")
    assert await sends(desk, "m2", "a.jpg") == no
    await sends(desk, "m3", "b.jpg")
    assert await evidence(desk, ticket) == [(True, (f"no:{no}",)), (False, ())]
    (event,) = [event for event in await desk.record.events("c1") if event["type"] == "evidence"]
    assert (event["by"], event["what"], event["message_no"]) == ("desk", "问题照片", no)


async def test_words_alone_what_a_person_has_and_a_matter_that_ended_change_nothing(desk: Desk) -> None:
    ticket = await a_case(desk)
    await sends(desk, "m2")
    assert await evidence(desk, ticket) == [(False, ()), (False, ())]
    await desk.claim(LIN, ticket, NOON)
    await desk.evidence(LIN, ticket, "问题照片", True, 1, NOON)
    await sends(desk, "m3", "a.jpg")
    assert await evidence(desk, ticket) == [(True, ("no:1",)), (False, ())]
    await desk.evidence(LIN, ticket, "问题照片", False, None, NOON)
    await desk.close(LIN, ticket, "explained", "", NOON)
    await sends(desk, "m4", "a.jpg")
    assert await evidence(desk, ticket) == [(False, ()), (False, ())]
