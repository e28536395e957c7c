"""Training as a command: unchanged data does nothing, wrong data is explained, old models go."""

from __future__ import annotations

import os
import shutil
from datetime import datetime, timezone
from pathlib import Path

import pytest

from bot import training_data
from bot.errors import BadInput, DataError
from bot.nlu import fingerprint, registry, trainer

ROOT = trainer.ROOT
NOON = datetime(2026, 11, 11, 4, tzinfo=timezone.utc)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A copy of what a model is made from."""
    copy = tmp_path / "data"
    shutil.copytree(ROOT / "data" / "nlu", copy / "nlu")
    for name in ("taxonomy.yml", "rules.yml"):
        shutil.copy(ROOT / "data" / name, copy / name)
    return copy


def test_the_fixture_model_is_up_to_date_and_nothing_half_done_is_left(model_path: Path) -> None:
    assert trainer.up_to_date(ROOT / "data", model_path.parent) == model_path
    assert registry.archives(model_path.parent) == [model_path]


def test_a_changed_sentence_asks_for_training_and_a_playbook_does_not(model_path: Path, data_dir: Path) -> None:
    assert trainer.up_to_date(data_dir, model_path.parent) == model_path
    (data_dir / "playbooks").mkdir()
    assert trainer.up_to_date(data_dir, model_path.parent) == model_path
    with (data_dir / "nlu" / "words.yml").open("a", encoding="utf-8") as file:
        file.write("  new_class: 新词\n")
    assert trainer.up_to_date(data_dir, model_path.parent) is None


def test_rasa_itself_trains_anew_when_words_change(data_dir: Path) -> None:
    before = fingerprint.of_files(fingerprint.classifier_inputs(data_dir))
    with (data_dir / "nlu" / "tone.yml").open("a", encoding="utf-8") as file:
        file.write("# …\n")
    assert fingerprint.of_files(fingerprint.classifier_inputs(data_dir)) != before


def test_wrong_data_is_explained_before_anything_is_trained(data_dir: Path, tmp_path: Path) -> None:
    with (data_dir / "nlu" / "faq.yml").open("a", encoding="utf-8") as file:
        file.write("\n- intent: faq.colour\n  examples: |\n    - 什么颜色\n")
    (data_dir / "nlu" / "tone.yml").write_text("tone: {}\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        trainer.train(data_dir, tmp_path / "models", NOON, print)
    assert "faq.colour" in str(caught.value)
    assert "缺少标记 human" in str(caught.value)
    assert not (tmp_path / "models").exists()


def test_what_is_wrong_with_the_logs_reaches_the_trainer_through_rasa(data_dir: Path, tmp_path: Path) -> None:
    for name in training_data.FILES:
        lines = "version: '3.1'\nnlu:\n- intent: faq.invoice\n  examples: |\n    - 发票怎么开\n" if name == "faq" else "version: '3.1'\nnlu: []\n"
        (data_dir / "nlu" / f"{name}.yml").write_text(lines, encoding="utf-8")
    (data_dir / "rules.yml").write_text("version: '3.1'\nrules: []\n", encoding="utf-8")
    (tmp_path / "chats.jsonl").write_text('{"text": "发票怎么开"}\n{oops\n', encoding="utf-8")
    config = trainer._config(data_dir, tmp_path, ROOT, tmp_path / "chats.jsonl")
    with pytest.raises(BadInput, match=r"chats\.jsonl 第 2 行"):
        trainer._train_with_rasa(config, data_dir, tmp_path, ROOT, lambda _: None)


def test_other_logs_ask_for_training(data_dir: Path, tmp_path: Path) -> None:
    chats = tmp_path / "chats.txt"
    chats.write_text("发票怎么开\n", encoding="utf-8")
    before = trainer._made_from(data_dir, ROOT, chats)
    assert before != trainer._made_from(data_dir, ROOT, None)
    assert before == trainer._made_from(data_dir, ROOT, chats)
    chats.write_text("发票怎么开呢\n", encoding="utf-8")
    assert before != trainer._made_from(data_dir, ROOT, chats)


def test_a_training_that_fails_leaves_the_old_models_alone(data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    models = tmp_path / "models"
    models.mkdir()
    old = models / "20261110-000000-aaaaaaaaaaaa.tar.gz"
    old.write_bytes(b"old")

    def fail(*_: object) -> Path:
        raise trainer.TrainingFailed("no")

    monkeypatch.setattr(trainer, "_train_with_rasa", fail)
    with pytest.raises(trainer.TrainingFailed):
        trainer.train(data_dir, models, NOON, lambda _: None)
    assert sorted(models.iterdir()) == [old]


def test_the_last_five_models_stay_and_the_new_one_is_noted(data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    models = tmp_path / "models"
    models.mkdir()
    for day in range(1, 8):
        path = models / f"2026110{day}-000000-aaaaaaaaaaaa.tar.gz"
        path.write_bytes(b"old")
        os.utime(path, (day, day))

    def quick(_data: Path, working: Path, *_: object) -> Path:
        (working / "model.tar.gz").write_bytes(b"new")
        return working / "model.tar.gz"

    monkeypatch.setattr(trainer, "_train_with_rasa", quick)
    new = trainer.train(data_dir, models, NOON, lambda _: None)
    assert [path.name[:8] for path in registry.archives(models)] == ["20261104", "20261105", "20261106", "20261107", "20261111"]
    assert registry.newest_model(models) == new
    assert trainer.up_to_date(data_dir, models) == new
    assert registry.live_name(models) == new.name, "none of the others can be read"
    noted = registry.noted(new)
    assert new.name.endswith(f"-{noted['fingerprint']}.tar.gz")
    assert (noted["lines"], noted["made_at"], noted["bytes"]) == (trainer.check(data_dir), NOON.isoformat(), 3)
