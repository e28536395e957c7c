"""Redis did what it was asked, and the connection breaks before it can say so: the client asks again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest_asyncio
from gates import OpenGate
from test_integrations import PNG


@dataclass
class Line:
    """A wire between the gateway and Redis that breaks once: under the answer to what holds `word`."""

    url: str
    word: bytes = b""
    broke: int = 0


@pytest_asyncio.fixture
async def line(redis_url: str) -> AsyncIterator[Line]:
    parts = urlsplit(redis_url)
    it = Line("")

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        redis_reader, redis_writer = await asyncio.open_connection(parts.hostname, parts.port)
        asked = b""

        async def answers() -> None:
            while said := await redis_reader.read(65_536):
                if it.word and it.word in asked and not said.startswith(b"-"):
                    it.word, it.broke = b"", it.broke + 1
                    break
                writer.write(said)
            writer.close()

        back = asyncio.create_task(answers())
        while piece := await reader.read(65_536):
            asked = piece
            redis_writer.write(piece)
        redis_writer.close()
        await back

    server = await asyncio.start_server(carry, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    it.url = redis_url.replace(f":{parts.port}", f":{port}")
    yield it
    server.close()


async def test_pictures_stay_when_the_answer_to_their_message_is_lost(open_gate: OpenGate, line: Line, sender: str) -> None:
    gate = await open_gate(line.url, reply_wait_s=0.1)
    await gate.say(sender, "在吗")
    line.word = b"m-lost"
    await gate.say(sender, "", images=[PNG], message_id="m-lost")
    assert line.broke == 1
    event = [event for event in await gate.record.events(sender) if event.get("client_id") == "m-lost"]
    assert len(event) == 1
    assert [path.name for path in (gate.var_dir / "uploads").iterdir()] == event[0]["images"]
