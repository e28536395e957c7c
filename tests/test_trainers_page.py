"""docs/trainers.md names only what there is."""

from __future__ import annotations

import re
from pathlib import Path

from bot import taxonomy
from bot.__main__ import COMMANDS
from bot.nlu import lexicon

PAGE = Path("docs/trainers.md").read_text(encoding="utf-8")
ITS_OWN = {"faq.size_chart"}


def test_every_command_on_the_page_exists() -> None:
    named = set(re.findall(r"python -m bot ([a-z]+)", PAGE))
    assert named >= {"validate", "train", "eval", "promote", "triage", "words", "label"}
    assert named <= set(COMMANDS)


def test_every_label_on_the_page_exists_but_the_one_it_adds() -> None:
    labels = set(re.findall(r"\b(?:faq|dispute|case|chat)\.[a-z_]+\b(?<!yml)", PAGE)) - {"faq.yml", "dispute.yml", "case.yml", "chat.yml"}
    assert labels > ITS_OWN
    assert labels - ITS_OWN <= set(taxonomy.load().labels)


def test_every_file_on_the_page_exists() -> None:
    named = set(re.findall(r"`((?:data|docs|tests)/[\w/.]+)`", PAGE)) - {"data/playbooks/faq/size_chart.yml"}
    assert len(named) > 5
    assert [name for name in named if not Path(name).exists()] == []


def test_the_word_classes_of_its_example_are_those_of_the_file() -> None:
    shown = set(re.findall(r"(?m)^  (\w+)  .*data/nlu/words\.yml:\d+", PAGE))
    assert shown and shown <= set(lexicon.load())


def test_links_within_the_page_lead_to_its_headings() -> None:
    headings = {re.sub(r"[^\w -]", "", line.lstrip("# ")).strip().replace(" ", "-").lower() for line in PAGE.splitlines() if line.startswith("## ")}
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) <= headings
