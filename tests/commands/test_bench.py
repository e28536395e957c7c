"""`python -m bot bench` without the parts that take minutes: what it reports, not how fast this machine is."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bot.bench import stock
from bot.commands import bench
from bot.errors import BadInput
from bot.model import Understanding
from bot.quality.cases import Case
from bot.settings import load
from bot.training_data import Sentence

CASES = (Case("我的快递到哪了", "faq.tracking"), Case("衣服破了个大洞 质量太差了", "dispute.product_quality"))


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    """Two small test sets."""
    for name in ("natural", "borders"):
        rows = [json.dumps({"text": case.text, "label": case.label}, ensure_ascii=False) for case in CASES]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return tmp_path


def parsed(*argv: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    bench.arguments(parser)
    return parser.parse_args(argv)


def test_the_newest_model_is_measured_and_told_as_a_table_and_as_json(
    model_path: Path, sets: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "TURNS", 25)
    before = sorted(model_path.parent.iterdir())
    args = parsed("--no-stock", "--no-desk", "--sets", str(sets), "--json", str(sets / "out.json"))
    assert bench.run(args, load({}, model_dir=model_path.parent)) == 0
    *table, last = capsys.readouterr().out.splitlines()
    report = json.loads(last)
    assert report == json.loads((sets / "out.json").read_text(encoding="utf-8"))
    assert (report["turns"], report["model"], report["current"]) == (25, model_path.name, True)
    assert set(report["ours"]) == {
        "load_s", "turn_ms", "turn_p95_ms", "nlu_ms", "tenth_ms", "five_hundredth_ms", "growth", "train_s", "lines", "model_mb",
    }
    assert 0 < report["ours"]["nlu_ms"] < report["ours"]["turn_ms"]
    assert report["accuracy"]["natural"]["ours"]["accepted"] == 1.0
    assert [row for row in table if "CPU 每轮" in row and "≤ 4" in row]
    assert not [row for row in table if "原装 Rasa" in row or "worker" in row]
    assert sorted(model_path.parent.iterdir()) == before, "the newest is measured, and nothing becomes live by that"


def test_stock_rasa_answers_the_same_sets_and_its_figures_stand_beside_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = (Sentence("到哪了", "faq.tracking", "x.yml", 1),)
    seen: list[object] = []

    def train(folder: Path, given: Sequence[Sentence], epochs: int, say: Callable[[str], None]) -> stock.Trained:
        seen.append((given, epochs))
        return stock.Trained(folder, 600.0, None, 40.0)

    class Always:
        """A stock Rasa that says faq.tracking of everything."""

        def __init__(self, path: Path, given: Sequence[Sentence]) -> None: ...

        def cost(self, _: Sequence[str]) -> stock.Cost:
            return stock.Cost(30.0, 40.0, 10.0)

        def understand(self, texts: Sequence[str]) -> list[Understanding]:
            return [Understanding(text, "faq.tracking", 0.35, (("faq.tracking", 0.35),)) for text in texts]

    monkeypatch.setattr(stock, "train", train)
    monkeypatch.setattr(stock, "StockRasa", Always)
    report: bench.Report = {"ours": {"turn_ms": 3.0, "nlu_ms": 1.0}, "accuracy": {"natural": {"ours": {}}}}
    bench._stock(report, load({}, var_dir=tmp_path), ["到哪了"], lines, {"natural": list(CASES)}, 7)
    assert seen == [(lines, 7)]
    assert report["ratio"] == {"turn": 10.0, "nlu": 10.0}
    assert (report["stock"]["epochs"], report["stock"]["epoch_s"], report["stock"]["lines"]) == (7, None, 1)
    found = report["accuracy"]["natural"]["stock"]
    assert (found["accepted"], found["claims_scripted"], found["faq_scripted"]) == (0.5, 1.0, 1.0), "its own threshold decides, not the shop's 0.4"


def test_a_missing_test_set_is_said_before_anything_is_measured(sets: Path) -> None:
    (sets / "borders.jsonl").unlink()
    with pytest.raises(BadInput, match=r"没有测试集 borders\.jsonl，.*--sets.*--no-accuracy"):
        bench.run(parsed("--sets", str(sets)), load({}))


@pytest.mark.parametrize("epochs", ["0", "-1", "301"])
def test_epochs_are_between_one_and_three_hundred(epochs: str) -> None:
    with pytest.raises(BadInput, match=f"--stock-epochs {epochs} 不对：要 1 到 300"):
        bench.run(parsed("--stock-epochs", epochs), load({}))
