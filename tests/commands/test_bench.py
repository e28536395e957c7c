"""`python -m bot bench` without the parts that take minutes: what it reports, not how fast this machine is."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from bot.commands import bench
from bot.settings import load


def test_the_turn_is_measured_and_told_as_a_table_and_as_json(
    model_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "TURNS", 25)
    parser = argparse.ArgumentParser()
    bench.arguments(parser)
    args = parser.parse_args(["--no-stock", "--no-desk", "--json", str(tmp_path / "out.json")])
    assert bench.run(args, load({}, model_dir=model_path.parent)) == 0
    *table, last = capsys.readouterr().out.splitlines()
    report = json.loads(last)
    assert report == json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert report["turns"] == 25
    assert set(report["ours"]) == {"load_s", "turn_ms", "turn_p95_ms", "nlu_ms", "tenth_ms", "five_hundredth_ms", "growth"}
    assert 0 < report["ours"]["nlu_ms"] < report["ours"]["turn_ms"]
    assert [row for row in table if "CPU 每轮" in row and "≤ 4" in row]
    assert not [row for row in table if "原装" in row or "worker" in row]
