"""Cross-validation: each line is judged by a model that has not seen it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.quality import cross
from bot.quality.cases import PROJECT, Case

TWO = {
    "faq.tracking": ("快递到哪了", "查一下物流", "包裹到哪里了", "物流怎么查", "快递几天到", "快递走到哪了", "包裹怎么查", "物流到哪里了"),
    "out_of_scope": ("今天天气怎么样", "讲个笑话", "股票涨了吗", "明天下雨吗", "唱首歌听听", "天气好吗", "讲个故事听听", "股票跌了吗"),
}

ALONE = "乌鲁木齐"
"""Shares no character with the others: only who has seen it knows what it is."""


def test_every_line_is_judged_in_order_and_progress_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = (PROJECT / "config.yml").read_text(encoding="utf-8")
    # Without the encoder, which takes half a minute to train.
    (tmp_path / "config.yml").write_text(re.sub(r"vote: [0-9.]+", "vote: 0", config), encoding="utf-8")
    monkeypatch.setattr(cross, "PROJECT", tmp_path)
    cases = [*(Case(text, label) for label, texts in TWO.items() for text in texts), Case(ALONE, "faq.tracking")]
    said: list[str] = []
    found = cross.understood(cases, PROJECT / "data", 4, said.append)
    assert [one.text for one in found] == [case.text for case in cases]
    assert sum("折" in line for line in said) == 4
    assert dict(found[-1].guesses)["faq.tracking"] < 0.8, "a line that was seen is known word for word"


def test_what_is_left_out_of_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cross.remark() is None
    config = (PROJECT / "config.yml").read_text(encoding="utf-8")
    (tmp_path / "config.yml").write_text(re.sub(r"encoder: \S+", "encoder: BAAI/bge-small-zh-v1.5", config), encoding="utf-8")
    monkeypatch.setattr(cross, "PROJECT", tmp_path)
    said = cross.remark()
    assert said
    assert "BAAI/bge-small-zh-v1.5" in said
