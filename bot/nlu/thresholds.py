"""The first step after a message is understood, decided by thresholds that the shop can change in data/shop/thresholds.yml."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from bot.errors import DataError
from bot.model import Understanding
from bot.taxonomy import OUT_OF_SCOPE
from bot.yaml_file import read_yaml

ANSWER, GUESS, REPHRASE, HAND_OFF = "answer", "guess", "rephrase", "hand_off"
HANDED_OFF_CHAT = frozenset({"chat.human", "chat.abuse"})


@dataclass(frozen=True)
class Thresholds:
    """Probabilities from 0 to 1; what each is for and measured on stands in the file."""

    answer_confidence: float = 0.40
    guess_confidence: float = 0.12
    claim_share: float = 0.30
    claim_hand_off: float = 0.50
    claim_confidence: float = 0.36
    out_of_scope: float = 0.45


def load(data_dir: Path | str = "data") -> Thresholds:
    """The thresholds below `data_dir`, the defaults when there is no such file; DataError when it is wrong."""
    path = Path(data_dir) / "shop" / "thresholds.yml"
    if not path.exists():
        return Thresholds()
    raw = read_yaml(path)
    return read(raw or {}, str(path))


def read(raw: Any, where: str = "thresholds.yml") -> Thresholds:
    """The file's content as Thresholds; DataError naming every problem."""
    if not isinstance(raw, dict):
        raise DataError([f"{where}: 要写成“名称: 数值”"])
    known = [field.name for field in fields(Thresholds)]
    problems = [f"{where}: 不认识 {name}，可用 {'、'.join(known)}" for name in raw if name not in known]
    problems += [f"{where}: {name} 要是 0 到 1 之间的数，现在是 {value!r}" for name, value in raw.items() if name in known and not _is_share(value)]
    if problems:
        raise DataError(problems)
    return Thresholds(**{name: float(value) for name, value in raw.items()})


def first_action(understanding: Understanding, thresholds: Thresholds) -> str:
    """answer, guess, rephrase or hand_off: what the bot does first, without any order facts."""
    label, confidence = understanding.label, understanding.confidence
    if "human" in understanding.tone:
        return HAND_OFF
    if understanding.p_claim >= thresholds.claim_hand_off and _best_claim(understanding) >= thresholds.claim_confidence:
        return HAND_OFF
    sure = confidence >= thresholds.answer_confidence
    if label.startswith(("dispute.", "case.")) or label in HANDED_OFF_CHAT:
        if sure:
            return HAND_OFF
    elif label == OUT_OF_SCOPE:
        if understanding.p_out_of_scope >= thresholds.out_of_scope:
            return ANSWER
    elif sure and understanding.p_claim < thresholds.claim_share:
        return ANSWER
    return GUESS if confidence >= thresholds.guess_confidence else REPHRASE


def _best_claim(understanding: Understanding) -> float:
    """How likely the likeliest dispute or case is."""
    return max((share for label, share in understanding.guesses if label.startswith(("dispute.", "case."))), default=0.0)


def _is_share(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1
