"""`python -m bot webhooks` against the run's Redis and a real receiver."""

from __future__ import annotations

import argparse
import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from bot.__main__ import guarded
from bot.commands import webhooks
from bot.embedded import Services
from bot.errors import BadInput, NotFound
from bot.settings import Settings, load
from bot.stores.record import Record
from bot.stores.redis_base import connect
from tests.stores.redis_builders import NOON, a_ticket, answer, write


@pytest.fixture
def settings(stores: Services, key_prefix: str, tmp_path: Path) -> Settings:
    return load({}, redis_url=stores.redis_url, database_url=stores.database_url, key_prefix=key_prefix, var_dir=tmp_path)


def run(settings: Settings, *words: str) -> int:
    parser = argparse.ArgumentParser()
    webhooks.arguments(parser)
    return webhooks.run(parser.parse_args(words), settings)


@contextmanager
def a_receiver(status: int) -> Iterator[str]:
    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hooks?key=hush"
    server.shutdown()
    thread.join()
    server.server_close()


def given_up(settings: Settings, *conversations: str) -> list[str]:
    """These conversations' tickets were opened and could not be told: their deliveries, newest first."""

    async def fill() -> list[str]:
        client = connect(settings.redis_url)
        record = Record(client, settings.key_prefix)
        await record.hooks_to("https://shop.example")
        for n, conversation in enumerate(conversations):
            await answer(record, await write(record, conversation=conversation), conversation, ticket=a_ticket(f"T{n}", conversation))
            for hook in await record.due_hooks(NOON.replace(year=2027), 10):
                await record.hook_failed(hook, "http_410", NOON, None)
        dead = [one.id for one in await record.dead_hooks()]
        await client.aclose()
        return dead

    return asyncio.run(fill())


def test_the_list_says_where_to_how_many_and_why_not(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(settings) == 0
    assert "没有地方可送" in capsys.readouterr().out
    (dead,) = given_up(settings, "c1")
    assert run(settings, "list") == 0
    said = capsys.readouterr().out
    assert "送给 https://shop.example" in said and "没送到 1 封" in said
    assert f"{dead}  2026-11-11 12:00:00  ticket.opened" in said and "对方说不再要（410）" in said


def test_one_or_all_are_sent_again(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    first, *_ = given_up(settings, "c1", "c2", "c3")
    assert run(settings, "retry", first) == 0
    assert run(settings) == 0
    assert "等着 1 封，没送到 2 封" in capsys.readouterr().out
    with pytest.raises(NotFound):
        run(settings, "retry", first)
    assert run(settings, "retry", "--all") == 0
    assert run(settings, "retry", "--all") == 0
    assert "没有要再送的" in capsys.readouterr().out
    assert run(settings) == 0
    assert "等着 3 封，没送到 0 封" in capsys.readouterr().out


@pytest.mark.parametrize(("status", "code", "words"), [(204, 0, "收下了"), (500, 1, "对方答 500"), (302, 1, "对方答 302")])
def test_a_ping_tells_whether_it_arrived(
    settings: Settings, capsys: pytest.CaptureFixture[str], status: int, code: int, words: str
) -> None:
    with a_receiver(status) as url:
        assert run(replace(settings, webhook_url=url), "test") == code
    said = capsys.readouterr().out
    assert words in said and "hush" not in said


def test_without_an_address_or_with_a_bad_one_there_is_no_ping(settings: Settings) -> None:
    with pytest.raises(BadInput, match="没有设置"):
        run(settings, "test")
    with pytest.raises(BadInput, match="https"):
        run(replace(settings, webhook_url="http://shop.example/"), "test")


def test_the_help_says_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        guarded(["webhooks", "--help"])
    assert "退出码" in capsys.readouterr().out
