"""What waiting messages are about, by the light model alone: for the desk when no worker is there to answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from bot.desk.severity import SeverityRules, Signs, grade
from bot.errors import ModelMissing
from bot.model import Severity, Understanding
from bot.nlu import registry
from bot.nlu.thresholds import HAND_OFF, Thresholds, first_action
from bot.services.traces import where
from bot.services.triage import taker

if TYPE_CHECKING:
    from bot.nlu.understander import Understander

log = structlog.get_logger(__name__)

ABUSE = "chat.abuse"


@dataclass(frozen=True)
class Heard:
    """The matter that a person has to take up; no label when the messages name none."""

    label: str | None = None
    label2: str | None = None
    confidence: float = 0.0
    tone: frozenset[str] = frozenset()
    levels: Mapping[str, Severity] = field(default_factory=dict)
    """The severity that each label's playbook names."""

    def base(self, label: str) -> Severity:
        """The level that the label's playbook names."""
        return self.levels.get(label, Severity.NORMAL)

    def severity(self, label: str, rules: SeverityRules) -> Severity:
        """The level of a matter said in this tone."""
        return grade(rules, self.base(label), Signs(label, self.tone)).level


def is_claim(label: str | None) -> bool:
    """Whether it is a matter that people have to decide."""
    return label is not None and label.startswith(("dispute.", "case."))


def hear(understood: Sequence[Understanding], thresholds: Thresholds, levels: Mapping[str, Severity]) -> Heard:
    """All waiting messages as one: the first claim, else the first clear question, else abuse; the next matter is the second. Pure."""
    matters: list[tuple[str, float]] = []
    abuse = 0.0
    for one in understood:
        label = _matter(one, thresholds)
        if label == ABUSE:
            abuse = max(abuse, one.confidence)
        elif label is not None:
            matters.append((label, dict(one.guesses).get(label, one.confidence)))
            if one.label2 and label == one.label:
                matters.append((one.label2, 0.0))
    tone = frozenset(flag for one in understood for flag in one.tone)
    if not matters:
        return Heard(ABUSE if abuse else None, None, abuse, tone, levels)
    label, confidence = next((row for row in matters if is_claim(row[0])), matters[0])
    second = next((name for name, _ in matters if name != label), None)
    return Heard(label, second, round(confidence, 4), tone, levels)


def _matter(one: Understanding, thresholds: Thresholds) -> str | None:
    """The label of one message as a first step would take it; None for small talk and what is not clear."""
    if first_action(one, thresholds) == HAND_OFF:
        label = taker(one)
        return label if is_claim(label) or label == ABUSE else None
    sure = one.label.startswith("faq.") and one.confidence >= thresholds.answer_confidence
    return one.label if sure else None


class Ear:
    """The live model of a folder, loaded without Rasa when it is first needed, and again when another one is live."""

    def __init__(self, model_dir: Path) -> None:
        self._model_dir = model_dir
        self._model: Understander | None = None
        self._state: tuple[str, int] | None = None

    async def understand(self, texts: Sequence[str]) -> list[Understanding]:
        """One per text; none at all when there is no model or it fails. Takes about a second the first time."""
        try:
            return await asyncio.to_thread(self._understand, texts)
        except Exception as error:
            # Whatever is wrong with the model: the hand-over must go on. Where, not what: a traceback would show the texts.
            log.error("ear_failed", where=where(error))
            return []

    def _understand(self, texts: Sequence[str]) -> list[Understanding]:
        # Here, because it brings numpy: gateways hand over, too, but never hear.
        from bot.nlu.understander import Understander

        try:
            if self._model is None:
                path, self._model = registry.live(self._model_dir, Understander.load, datetime.now(timezone.utc), _say)
                self._state = (path.name, path.stat().st_mtime_ns)
            else:
                self._look_again(Understander.load)
        except (ModelMissing, OSError) as error:
            log.warning("ear_without_live_model", reason=str(error))
        return self._model.understand(texts) if self._model else []

    def _look_again(self, load: Callable[[Path], Understander]) -> None:
        name = registry.live_name(self._model_dir)
        state = name and (name, (self._model_dir / name).stat().st_mtime_ns)
        if state and state != self._state:
            # Remembered before it is read: a torn file is tried once, and the model before it goes on.
            self._state = state
            self._model = load(self._model_dir / state[0])


def _say(line: str) -> None:
    log.warning("live_model", said=line)
