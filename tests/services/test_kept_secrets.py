"""Secrets are made once and are nobody else's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.errors import BadInput
from bot.services.kept_secrets import kept_secret


def test_all_who_ask_at_once_get_the_same_one_and_only_its_user_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "key"
    with ThreadPoolExecutor(16) as pool:
        found = set(pool.map(lambda _: kept_secret("", path, "X"), range(64)))
    assert len(found) == 1
    assert path.stat().st_mode & 0o077 == 0
    assert [file.name for file in path.parent.iterdir()] == ["key"]


def test_a_given_one_is_taken_and_a_short_one_refused(tmp_path: Path) -> None:
    assert kept_secret("x" * 32, tmp_path / "key", "QIANTAI_VISITOR_SECRET") == "x" * 32
    with pytest.raises(BadInput, match="QIANTAI_VISITOR_SECRET"):
        kept_secret("short", tmp_path / "key", "QIANTAI_VISITOR_SECRET")
    (tmp_path / "key").write_text("")
    with pytest.raises(BadInput, match="key"):
        kept_secret("", tmp_path / "key", "QIANTAI_VISITOR_SECRET")
