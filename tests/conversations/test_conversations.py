"""Whole conversations, written in YAML by trainers, through the real model, worker, record and orders."""

from __future__ import annotations

from collections.abc import Mapping

import asyncpg
import pytest
from one_desk import open_desk
from redis.asyncio import Redis
from talks import Talk, all_talks

from bot.model import JSON
from bot.services.in_force import InForce
from bot.services.work import Brain
from bot.settings import Settings

TALKS = all_talks()


@pytest.mark.parametrize("talk", TALKS, ids=[f"{talk.file.removesuffix('.yml')}-{talk.line}" for talk in TALKS])
async def test_a_conversation_goes_as_its_trainer_wrote_it(
    talk: Talk,
    brain: Brain,
    in_force: InForce,
    settings: Settings,
    redis: Redis,
    key_prefix: str,
    database: asyncpg.Pool,
    known_orders: Mapping[str, JSON],
) -> None:
    async with open_desk(redis, key_prefix, database, brain, in_force, settings, known_orders, talk) as desk:
        story = await desk.play(talk)
    if story.wrong:
        pytest.fail(f"\n{story}", pytrace=False)  # The story is what a trainer reads; a traceback would bury it.
