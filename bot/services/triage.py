"""What the bot would do first with a message, without order facts: the rows of `python -m bot triage`. Pure, except `severities`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.desk.routing import route
from bot.desk.severity import SeverityRules, Signs, grade
from bot.errors import DataError
from bot.model import Severity, Understanding
from bot.nlu.text import normalise
from bot.nlu.thresholds import HAND_OFF, Thresholds, first_action
from bot.taxonomy import Taxonomy
from bot.yaml_file import read_yaml

if TYPE_CHECKING:
    from bot.nlu.understander import Understander

PERSON = "chat.human"


@dataclass(frozen=True)
class Sorter:
    """A model with what turns its understanding into a first step."""

    model: Understander
    taxonomy: Taxonomy
    thresholds: Thresholds
    phase: str
    severities: Mapping[str, str]
    severity: SeverityRules
    explain: bool = False

    def row(self, text: str) -> dict[str, Any]:
        """The JSON row of architecture §7 for one message; with `explain` one key more: nearest lines, words for (+) and against (-)."""
        understood = self.model.understand([text])[0]
        row = self._row(text, understood)
        return row | {"explain": self.model.explain(normalise(text), understood.label)} if self.explain else row

    def _row(self, text: str, understood: Understanding) -> dict[str, Any]:
        action = first_action(understood, self.thresholds)
        return {
            "text": text,
            "label": understood.label,
            "label2": understood.label2,
            "confidence": round(understood.confidence, 4),
            "guesses": [[name, round(share, 4)] for name, share in understood.guesses],
            "action": action,
            "group": route(self.taxonomy, taker(understood), self.phase) if action == HAND_OFF else None,
            "severity": severity(understood, self.severities, self.severity).value,
            "entities": {kind: list(values) for kind, values in understood.entities.items()},
        }


def taker(understood: Understanding) -> str:
    """The label whose group takes a message that is handed off: its own claim, else the wish for a person, else the likeliest claim."""
    if _is_claim(understood.label) or understood.label == "chat.abuse":
        return understood.label
    if "human" in understood.tone:
        return PERSON
    return next((name for name, _ in understood.guesses if _is_claim(name)), PERSON)


def severity(understood: Understanding, by_label: Mapping[str, str], rules: SeverityRules) -> Severity:
    """The level of a first message by its label, its playbook's level and its tone."""
    base = Severity(by_label.get(understood.label, Severity.NORMAL.value))
    return grade(rules, base, Signs(understood.label, understood.tone)).level


def severities(data_dir: Path | str, taxonomy: Taxonomy) -> dict[str, str]:
    """Label -> the severity its playbook names, where it names one. What is wrong with a playbook is `validate`'s to say."""
    found = {}
    for label in taxonomy.labels.values():
        if not label.is_claim:
            continue
        try:
            raw = read_yaml(Path(data_dir) / "playbooks" / label.family / f"{label.short}.yml")
        except DataError:
            continue
        if isinstance(raw, dict) and raw.get("severity") in [level.value for level in Severity]:
            found[label.name] = raw["severity"]
    return found


def _is_claim(label: str) -> bool:
    return label.startswith(("dispute.", "case."))
