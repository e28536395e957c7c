"""What config.yml may add, fitted, written and read again: a shop's chats and a transformer."""

from __future__ import annotations

import tarfile
from pathlib import Path

import numpy as np
import pytest

from bot.nlu import logs, model_files
from bot.nlu.extras import fit_as_configured
from bot.nlu.fitting import Recipe
from bot.nlu.subwords import SubwordVectors
from bot.nlu.transformer import EncoderMissing, TransformerEncoder

LINES = [
    (f"{start}{matter}{end}", label)
    for label, matter in (("faq.tracking", "快递到哪"), ("faq.invoice", "发票怎么开"), ("case.return", "东西要退货"))
    for start in ("我的", "那个", "请问")
    for end in ("了", "呢", "呀", "")
]
WORDS = {"parcel": "快递|包裹"}
RECIPE = Recipe(dimensions=16, epochs=2)
OWN = {"encoder": "own", "fine_tune": False, "logs": None}
ASKED = ("我的快递到哪了", "发票", "包裹呢")


def a_log(tmp_path: Path) -> Path:
    path = tmp_path / "chats.txt"
    path.write_text("\n\n".join(f"顾客: {text}\n客服: 好的亲{text}" for text, _ in LINES), encoding="utf-8")
    return path


def test_chats_join_the_model_and_stay_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MIN_LINES", 10)
    said: list[str] = []
    fitted = fit_as_configured(LINES, WORDS, RECIPE, OWN | {"logs": str(a_log(tmp_path))}, said.append)
    assert isinstance(fitted.subwords, SubwordVectors)
    assert [line for line in said if "先在聊天记录上训练编码器" in line]
    model_files.write(tmp_path, fitted, {})
    loaded, _ = model_files.read(tmp_path)
    for text in ASKED:
        assert np.array_equal(loaded.probabilities(text), fitted.probabilities(text))
    without = fit_as_configured(LINES, WORDS, RECIPE, OWN, said.append)
    assert without.subwords is None
    assert not np.array_equal(without.probabilities(ASKED[0]), fitted.probabilities(ASKED[0]))


def test_too_few_chats_are_told_and_the_model_is_made_without(tmp_path: Path) -> None:
    said: list[str] = []
    fitted = fit_as_configured(LINES, WORDS, RECIPE, OWN | {"logs": str(a_log(tmp_path))}, said.append)
    assert fitted.subwords is None
    assert [line for line in said if line.startswith("聊天记录太少：去掉重复以后只有")]


def test_a_transformer_takes_the_encoders_place(tmp_path: Path, small_model: Path) -> None:
    fitted = fit_as_configured(LINES, WORDS, RECIPE, OWN | {"encoder": str(small_model)}, lambda _: None)
    assert isinstance(fitted.encoder, TransformerEncoder)
    assert fitted.nearest("我的快递到哪了", 1)[0][:2] == ("我的快递到哪了", "faq.tracking")
    model_files.write(tmp_path, fitted, {})
    archive = tmp_path / "model.tar.gz"
    with tarfile.open(archive, "w:gz") as packed:
        for path in tmp_path.iterdir():
            if path != archive:
                packed.add(path, f"components/train_TaxonomyClassifier2/{path.name}")
    for place in (tmp_path, archive):
        loaded, _ = model_files.read(place)
        for text in ASKED:
            assert loaded.probabilities(text) == pytest.approx(fitted.probabilities(text), abs=1e-6)


def test_an_encoder_that_cannot_be_had_ends_the_training(tmp_path: Path) -> None:
    with pytest.raises(EncoderMissing):
        fit_as_configured(LINES, WORDS, RECIPE, OWN | {"encoder": str(tmp_path / "none")}, lambda _: None)
