"""Contrast pairs: training lines two by two, one on either side of a border between labels."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import taxonomy, training_data
from bot.errors import DataError
from bot.nlu import trainer
from bot.training_data import Border, Sentence

LABELS = taxonomy.load()
FILE = """\
# 对照句
borders:
- [faq.price_protection, dispute.price_difference]
- [dispute.return_freight, faq.return_freight_policy]
contrast:
- border: [faq.return_freight_policy, dispute.return_freight]
  why: 问规则是咨询，要钱或说没给就是争议
  pairs:
  - [退货邮费一般谁出, 退货邮费说好报销到现在没给]
  - ["运费险赔多少, 怎么算", 运费险少赔了我三块]
"""


def written(folder: Path, text: str) -> Path:
    """A data folder whose contrast.yml holds the text."""
    (folder / "nlu").mkdir(exist_ok=True)
    (folder / "nlu" / "contrast.yml").write_text(text, encoding="utf-8")
    return folder


def test_the_first_of_a_pair_has_the_first_label_and_the_second_the_second(tmp_path: Path) -> None:
    data, path = written(tmp_path, FILE), str(tmp_path / "nlu" / "contrast.yml")
    policy, claim = "faq.return_freight_policy", "dispute.return_freight"
    assert training_data.read_contrast(data) == (
        Sentence("退货邮费一般谁出", policy, path, 9),
        Sentence("退货邮费说好报销到现在没给", claim, path, 9),
        Sentence("运费险赔多少, 怎么算", policy, path, 10),
        Sentence("运费险少赔了我三块", claim, path, 10),
    )


def test_a_border_is_named_once_in_whatever_order(tmp_path: Path) -> None:
    data, path = written(tmp_path, FILE), str(tmp_path / "nlu" / "contrast.yml")
    assert training_data.read_borders(data) == (
        Border("faq.price_protection", "dispute.price_difference", path, 3),
        Border("dispute.return_freight", "faq.return_freight_policy", path, 4),
    )


def test_without_a_file_there_are_no_pairs(tmp_path: Path) -> None:
    assert (training_data.read_contrast(tmp_path), training_data.read_borders(tmp_path)) == ((), ())


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("- a\n", "", "最上层只能有"),
        ("rules: []\n", "", "最上层只能有"),
        ("borders: 7\n", "", "borders 下面要写成列表"),
        ("borders:\n- faq.gift\n", ":2", "边界要写成 [标签, 标签]"),
        ("contrast:\n- border: [faq.gift, case.promise_broken]\n  pairs: []\n", ":2", "why"),
        ("contrast:\n- border: [faq.gift]\n  why: 因为\n  pairs: []\n", ":2", "边界要写成"),
        ("contrast:\n- border: [faq.gift, case.promise_broken]\n  why: 因为\n  pairs:\n  - [只有一句]\n", ":5", "每一对要写成"),
        ("contrast:\n- border: [faq.gift, case.promise_broken]\n  why: 因为\n  pairs:\n  - [有没有赠品, 赠品呢, 三句]\n", ":5", "加双引号"),
    ],
)
def test_a_wrong_form_is_explained_with_its_line(tmp_path: Path, text: str, place: str, said: str) -> None:
    with pytest.raises(DataError) as caught:
        training_data.read_contrast(written(tmp_path, text))
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].startswith(f"{tmp_path / 'nlu' / 'contrast.yml'}{place}: ")
    assert said in caught.value.problems[0]


def test_borders_of_unknown_labels_are_named() -> None:
    borders = [Border("faq.gift", "faq.gifts", "c.yml", 3), Border("faq.gift", "faq.gift", "c.yml", 4)]
    assert training_data.border_problems(borders, LABELS) == [
        "c.yml:3: 没有标签 faq.gifts（data/taxonomy.yml 里没有）",
        "c.yml:4: 边界两边是同一个标签 faq.gift",
    ]


def test_pairs_are_checked_like_the_other_lines(tmp_path: Path) -> None:
    for name in (*training_data.FILES, "words", "tone"):
        (tmp_path / "nlu").mkdir(exist_ok=True)
        (tmp_path / "nlu" / f"{name}.yml").write_text(Path(f"data/nlu/{name}.yml").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "taxonomy.yml").write_text(Path("data/taxonomy.yml").read_text(encoding="utf-8"), encoding="utf-8")
    count = len(training_data.read(tmp_path))
    known = training_data.read(tmp_path)[0]
    written(tmp_path, FILE)
    assert trainer.check(tmp_path) == count + 4
    written(tmp_path, f'contrast:\n- border: [{known.label}, faq.gifts]\n  why: 因为\n  pairs:\n  - ["{known.text}", "看[图](这里)"]\n')
    with pytest.raises(DataError) as caught:
        trainer.check(tmp_path)
    for words in ("重复", "实体标注", "没有标签 faq.gifts", "标签 faq.gifts 不在"):
        assert any(line.startswith(f"{tmp_path / 'nlu' / 'contrast.yml'}:") and words in line for line in caught.value.problems), words
