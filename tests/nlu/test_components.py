"""The components inside a real Rasa: the shipped model's parse data, and what config.yml may say."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.nlu.understander import Understander, from_parse

MESSAGES = ["我的快递到哪了 订单2651178890034127785", "转人工", "收到的杯子是碎的，另外发票怎么开", "/ 斜线开头", "😀", "轉人工！！！", "WHERE IS MY ORDER"]
PARSE = """
import asyncio, json, sys, warnings
warnings.simplefilter("ignore")
from rasa.core.agent import Agent
agent = Agent.load(sys.argv[1])
out = [asyncio.run(agent.parse_message(text)) for text in json.loads(sys.argv[2])]
print("PARSED" + json.dumps(out, ensure_ascii=False))
"""
VALIDATE = """
import json, warnings
warnings.simplefilter("ignore")
from bot.nlu.components import NumberExtractor, TaxonomyClassifier, TextNormalizer
said = []
for part, config in [(TaxonomyClassifier, {"c": 0}), (TaxonomyClassifier, {"second_label": 3}), (TaxonomyClassifier, {"colour": 1}),
                     (NumberExtractor, {"x": 1}), (TextNormalizer, {"x": 1}), (TaxonomyClassifier, TaxonomyClassifier.get_default_config())]:
    try:
        part.validate_config(config)
        said.append(None)
    except Exception as error:
        said.append(f"{type(error).__name__}: {error}")
print("SAID" + json.dumps(said))
"""


def run(code: str, mark: str, *arguments: str) -> list:
    """The JSON after the mark; in a process of its own, because Rasa and TensorFlow would stay in this one."""
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True, timeout=300)
    return json.loads(done.stdout.rsplit(mark, 1)[1])


@pytest.fixture(scope="module")
def parsed(model_path: Path) -> list[dict]:
    return run(PARSE, "PARSED", str(model_path), json.dumps(MESSAGES))


def test_rasa_says_what_the_plain_understander_says(parsed: list[dict], understander: Understander) -> None:
    for parse, plain in zip(parsed, understander.understand(MESSAGES), strict=True):
        read = from_parse(parse)
        assert (read.text, read.label, read.label2, read.entities, read.tone) == (plain.text, plain.label, plain.label2, plain.entities, plain.tone)
        assert read.confidence == pytest.approx(plain.confidence, abs=1e-4)
        assert read.p_claim == pytest.approx(plain.p_claim, abs=1e-3)
        assert [name for name, _ in read.guesses] == [name for name, _ in plain.guesses]


def test_entities_have_the_places_of_the_message(parsed: list[dict]) -> None:
    (entity,) = parsed[0]["entities"]
    assert entity["entity"] == "order_no"
    assert MESSAGES[0][entity["start"] : entity["end"]] == entity["value"] == "2651178890034127785"


def test_what_rasa_has_no_field_for_is_under_one_key_and_json(parsed: list[dict]) -> None:
    assert set(parsed[2]["understanding"]) == {"label2", "p_claim", "p_out_of_scope", "tone"}
    assert parsed[6]["understanding"]["tone"] == ["capitals", "english"]


def test_parse_data_of_a_foreign_pipeline_can_be_read() -> None:
    read = from_parse({"text": "x", "intent": {"name": None, "confidence": 0.0}, "entities": []})
    assert (read.label, read.confidence, read.tone) == ("out_of_scope", 0.0, frozenset())


def test_config_names_the_key_that_is_wrong() -> None:
    low, share, unknown, number, text, default = run(VALIDATE, "SAID")
    assert "InvalidConfigException" in low
    assert "c must be above 0" in low
    assert "second_label" in share
    assert "'colour'" in unknown
    assert "NumberExtractor does not know 'x'" in number
    assert "TextNormalizer does not know 'x'" in text
    assert default is None
