"""Stock Rasa trained for real on twelve lines: what it is trained on, what it tells, what comes back; not how right it is."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
import yaml

from bot.bench import stock
from bot.quiet import quietly
from bot.training_data import Sentence

LINES = [
    Sentence(text, label, "x.yml", 1)
    for label, texts in {
        "faq.tracking": "我的快递到哪了|查一下物流|包裹到哪里了|快递怎么还没到",
        "dispute.product_quality": "衣服[外套]破了|质量太差了|穿一次就开线|鞋子开胶了",
        "out_of_scope": "今天天气真好|讲个笑话|你喜欢吃什么|周末去哪玩好",
    }.items()
    for text in texts.split("|")
]


def test_it_learns_our_lines_tells_of_every_epoch_and_answers_with_our_labels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(stock, "CONFIG", _small(stock.CONFIG))
    # Rasa keeps its cache in the folder where it stands.
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RASA_MAX_CACHE_SIZE", "7")
    with quietly():
        trained = stock.train(tmp_path / "stock", LINES, 2, lambda line: print(line, file=sys.stderr))
        rasa = stock.StockRasa(trained.path, LINES)
        understood = rasa.understand(["快递到哪里了", "😀"])
        cost = rasa.cost([line.text for line in LINES])
    out, err = capsys.readouterr()
    assert out == "", "Rasa's own sentences and bars are kept from view"
    assert [line.split("，")[0] for line in err.splitlines()] == ["原装 Rasa：特征备好了", "原装 Rasa：DIET 第 1/2 遍", "原装 Rasa：DIET 第 2/2 遍"]
    assert trained.epoch_s is not None
    assert 0 < trained.epoch_s < trained.train_s
    assert trained.model_mb == trained.path.stat().st_size / 1e6
    assert {name for name, _ in understood[0].guesses} == {line.label for line in LINES}
    assert understood[0].guesses[0][0] == understood[0].label
    assert 0 < cost.nlu_ms < cost.turn_ms <= cost.turn_p95_ms * 2
    assert not list(tmp_path.glob(".rasa/*")), "nothing is kept that would make the next training look fast"
    assert os.environ["RASA_MAX_CACHE_SIZE"] == "7"


def test_what_rasa_would_take_for_an_entity_is_written_otherwise(tmp_path: Path) -> None:
    stock._write(tmp_path, LINES, 3)
    written = yaml.safe_load((tmp_path / "data.yml").read_text(encoding="utf-8"))
    assert {block["intent"]: block["examples"].count("- ") for block in written["nlu"]} == {"faq_tracking": 4, "dispute_product_quality": 4, "out_of_scope": 4}
    assert "- 衣服（外套）破了\n" in written["nlu"][1]["examples"]
    config = yaml.safe_load((tmp_path / "config.yml").read_text(encoding="utf-8"))
    assert [row["epochs"] for row in config["pipeline"] if row["name"] == "DIETClassifier"] == [3]


def test_a_fallback_keeps_diets_label_without_its_confidence() -> None:
    parse = {"intent": {"name": "nlu_fallback"}, "intent_ranking": [{"name": "nlu_fallback", "confidence": 0.7}, {"name": "faq_tracking", "confidence": 0.2}]}
    found = stock.read("到哪了", parse, {"faq_tracking": "faq.tracking"})
    assert (found.label, found.confidence, found.guesses) == ("faq.tracking", 0.0, (("faq.tracking", 0.2),))
    assert stock.read("", {"intent": {"name": None}, "intent_ranking": []}, {}).guesses == ()


def test_only_diets_bar_counts() -> None:
    said: list[str] = []
    bars = stock._Epochs(2, said.append)
    bars.write("Processed story blocks: 100%|███| 2/2 [00:00<00:00]")
    assert said == []
    bars.write("\rEpochs:   0%|   | 0/2 [00:00<?, ?it/s]")
    bars.write("\rEpochs:  50%|█  | 1/2 [00:01<00:01]\rEpochs:  50%|█  | 1/2 [00:01<00:01, t_loss=1.5]")
    assert len(said) == 2, "an epoch is told once, though its bar is drawn again with the loss"
    bars.write("\rEpochs: 100%|██| 2/2 [00:02<00:00]")
    took = bars.seconds
    bars.write("\rEpochs:   0%|   | 0/2 [00:00<?]\rEpochs: 100%|██| 2/2 [00:02<00:00]")
    assert len(said) == 3
    assert bars.seconds == took


def _small(config: str) -> str:
    """Without the transformer and the policies' networks, which take most of a minute to build."""
    rows = [row for row in config.splitlines() if "TED" not in row]
    return "\n".join(row.replace("epochs: {epochs}", "epochs: {epochs}, number_of_transformer_layers: 0") for row in rows)
