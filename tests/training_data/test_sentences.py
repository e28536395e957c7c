"""The trainers' sentences against the taxonomy, and the reader that finds what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot import taxonomy, training_data
from bot.errors import DataError
from bot.training_data import Sentence

LABELS = taxonomy.load()


def test_the_shipped_sentences_have_no_problem() -> None:
    # A new label begins with few lines: that is told as a warning (bot/services/hygiene.py), never here.
    assert training_data.problems(training_data.read() + training_data.read_contrast(), LABELS) == []
    assert training_data.border_problems(training_data.read_borders(), LABELS) == []


def test_the_shipped_sentences_are_enough_to_learn_from() -> None:
    assert len(training_data.read()) >= 4000


def test_labels_stand_in_the_file_of_their_family() -> None:
    assert [s for s in training_data.read() if Path(s.path).stem != LABELS.family(s.label)] == []


def test_lines_are_the_lines_of_the_file() -> None:
    for sentence in training_data.read()[::97]:
        written = Path(sentence.path).read_text(encoding="utf-8").splitlines()[sentence.line - 1]
        assert written.strip() == f"- {sentence.text}"


def test_domain_and_rules_name_exactly_the_labels() -> None:
    yaml = YAML(typ="safe")
    domain = yaml.load(Path("domain.yml"))
    rules = yaml.load(Path("data/rules.yml"))["rules"]
    assert domain["intents"] == list(LABELS.labels)
    assert [(rule["steps"][0]["intent"], rule["steps"][1]["action"]) for rule in rules] == [(label, "action_playbook") for label in LABELS.labels]
    assert domain["actions"] == ["action_playbook"]


def test_every_kind_of_problem_is_named_with_its_place() -> None:
    sentences = [
        Sentence("怎么退货", "faq.return_process", "faq.yml", 5),
        Sentence("怎么退货！！", "faq.refund_process", "faq.yml", 9),
        Sentence("看[图](这里)", "faq.exchange", "faq.yml", 12),
        Sentence("你好", "chat.hello", "chat.yml", 3),
    ]
    found = training_data.problems(sentences, LABELS, at_least=1)
    assert any("faq.yml:9" in line and "faq.yml:5" in line and "重复" in line for line in found)
    assert any("faq.yml:12" in line and "Rasa" in line for line in found)
    assert any("chat.yml:3" in line and "chat.hello" in line for line in found)
    assert any("faq.warranty 只有 0 句" in line for line in found)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("nlu: [", "不是正确的 YAML"),
        ("stories: []", "最上层要有 nlu"),
        ("nlu:\n- intent: faq.exchange\n  examples: [a]\n", ":2: 这一段要有"),
        ("nlu:\n- intent: faq.exchange\n  examples: |\n    - 换货\n    换个大的\n", ":5: 每一句前面要有"),
    ],
)
def test_a_broken_file_is_explained_with_its_line(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "nlu").mkdir()
    for name in training_data.FILES:
        (tmp_path / "nlu" / f"{name}.yml").write_text("nlu: []\n", encoding="utf-8")
    (tmp_path / "nlu" / "faq.yml").write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=r"faq\.yml") as caught:
        training_data.read(tmp_path)
    assert said in str(caught.value)
    assert len(caught.value.problems) == 1
