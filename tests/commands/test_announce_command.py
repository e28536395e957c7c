"""`announce` as somebody types it, on the run's stores."""

from __future__ import annotations

import argparse
import asyncio
from datetime import datetime, timedelta

import pytest

from bot.commands import announce
from bot.desk.staffing import SHANGHAI
from bot.errors import BadInput, NotFound
from bot.settings import Settings, load
from bot.stores.redis_base import connect
from bot.stores.redis_outbox import RedisOutbox

NOW = datetime(2026, 11, 11, 12, 0, tzinfo=SHANGHAI)


@pytest.fixture
def settings(redis_url: str, own_database_url: str, key_prefix: str) -> Settings:
    return load({}, redis_url=redis_url, database_url=own_database_url, key_prefix=key_prefix)


def run(settings: Settings, *argv: str) -> int:
    """The command's exit code."""
    parser = argparse.ArgumentParser()
    announce.arguments(parser)
    return announce.run(parser.parse_args(argv), settings)


def audited(settings: Settings) -> list[tuple[str, object]]:
    async def rows() -> list[tuple[str, object]]:
        client = connect(settings.redis_url)
        found = await RedisOutbox(client, settings.key_prefix).rows()
        await client.aclose()
        return [(row.what, row.data["announcement"]) for row in found if row.who.startswith("cli:")]

    return asyncio.run(rows())


def test_list_on_and_off(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(settings, "list") == 0
    assert "page_down（页面故障）：关着" in capsys.readouterr().out
    assert run(settings, "on", "overselling", "--back-at", "2099-11-11 23:00", "--goods", "RUN-42，轻便跑步鞋") == 0
    said = capsys.readouterr().out
    assert "overselling（超卖缺货）：开着" in said and "商品：RUN-42、轻便跑步鞋" in said and "11月11日 23:00 有补货的准信" in said
    for _ in range(2):
        assert run(settings, "off", "overselling") == 0
        assert "overselling（超卖缺货）：关着" in capsys.readouterr().out
    assert audited(settings) == [("announce", "overselling"), ("announce_off", "overselling")]


@pytest.mark.parametrize(
    ("argv", "error", "said"),
    [
        (("on", "nothing"), NotFound, "没有公告 nothing，可用：page_down"),
        (("off", "nothing"), NotFound, "没有公告 nothing"),
        (("on", "page_down", "--back-at", "晚上"), BadInput, "看不懂时间"),
        (("on", "page_down", "--back-at", "2020-01-01 10:00"), BadInput, "已经过了"),
    ],
)
def test_what_cannot_be_is_a_sentence(settings: Settings, argv: tuple[str, ...], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        run(settings, *argv)


def test_an_hour_alone_is_the_next_one() -> None:
    assert announce.moment("23:00", NOW) == NOW + timedelta(hours=11)
    assert announce.moment("9:30", NOW) == NOW + timedelta(hours=21, minutes=30)
    assert announce.moment("2026-11-12 08:00", NOW) == NOW + timedelta(hours=20)
    assert announce.moment(None, NOW) is None
