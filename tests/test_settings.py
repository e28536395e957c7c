"""Settings: the table is the whole truth, a wrong value is said in words."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from bot.settings import TABLE, Settings, load

README = Path(__file__).parent.parent / "README.md"


def test_every_row_of_the_table_is_a_field_and_every_field_a_row() -> None:
    assert [row.name for row in TABLE] == [field.name for field in fields(Settings)]


def test_without_environment_the_defaults_hold() -> None:
    settings = load({})
    assert (settings.port, settings.var_dir, settings.redis_url) == (8080, Path("var"), "")


def test_a_value_of_the_environment_has_the_type_of_its_default() -> None:
    settings = load({"QIANTAI_PORT": "9000", "QIANTAI_REPLY_WAIT_S": "2.5", "QIANTAI_VAR_DIR": "/somewhere"})
    assert (settings.port, settings.reply_wait_s, settings.var_dir) == (9000, 2.5, Path("/somewhere"))


def test_the_usual_names_of_the_two_stores_are_understood() -> None:
    settings = load({"REDIS_URL": "redis://r", "DATABASE_URL": "postgresql://p"})
    assert (settings.redis_url, settings.database_url) == ("redis://r", "postgresql://p")


def test_our_own_name_goes_before_the_usual_one() -> None:
    assert load({"REDIS_URL": "redis://a", "QIANTAI_REDIS_URL": "redis://b"}).redis_url == "redis://b"


def test_what_the_caller_says_goes_before_the_environment() -> None:
    assert load({"QIANTAI_PORT": "9000"}, port=9001).port == 9001


@pytest.mark.parametrize(("name", "value"), [("QIANTAI_PORT", "eighty"), ("QIANTAI_REPLY_WAIT_S", "一会儿"), ("QIANTAI_WORKERS", "")])
def test_a_value_of_the_wrong_kind_is_named(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"环境变量 {name} 的值"):
        load({name: value})


def test_only_the_settings_read_the_environment() -> None:
    bot = README.parent / "bot"
    reads = re.compile(r"os\.getenv|os\.environ(\.get\b|\[)")
    readers = {str(path.relative_to(bot)) for path in bot.rglob("*.py") if reads.search(path.read_text())}
    # __main__.py has to work when the settings cannot be read.
    assert sorted(readers - {"settings.py", "__main__.py"}) == []


def test_the_readme_lists_every_setting() -> None:
    text = README.read_text()
    assert [row.name for row in TABLE if f"`QIANTAI_{row.name.upper()}`" not in text] == []
