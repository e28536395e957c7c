"""How good a model is on labelled messages: right labels, right routes, claims that would get a script. Pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import BadInput
from bot.model import Understanding
from bot.nlu.thresholds import ANSWER, HAND_OFF, Thresholds, first_action
from bot.taxonomy import Taxonomy

SELF_SERVICE = "bot"


@dataclass(frozen=True)
class Case:
    """A message, its label, and the labels that are right too."""

    text: str
    label: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scores:
    """Shares from 0 to 1; `per_label` is label -> (cases, found, said)."""

    cases: int
    right: float
    accepted: float
    among_three: float
    route: float
    claims: int
    claims_scripted: float
    faq_scripted: float
    actions: Mapping[str, float]
    calibration: float
    per_label: Mapping[str, tuple[int, int, int]]
    confusions: tuple[tuple[str, str, int], ...]


def read_cases(path: Path) -> list[Case]:
    """JSON lines with text, label and (optional) alt; BadInput naming the line that is wrong."""
    cases = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise BadInput(f"读不了 {path}：{'没有这个文件' if isinstance(error, FileNotFoundError) else error.strerror}") from None
    except UnicodeDecodeError:
        raise BadInput(f"{path} 不是 UTF-8 编码，请另存为 UTF-8") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            cases.append(Case(str(row["text"]), str(row["label"]), tuple(row.get("alt") or ())))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise BadInput(f"{path}:{number}: 要写成 {{\"text\": …, \"label\": …, \"alt\": [...]}} 的 JSON") from None
    if not cases:
        raise BadInput(f"{path} 里没有句子")
    return cases


def score(
    cases: Sequence[Case], understood: Sequence[Understanding], taxonomy: Taxonomy, thresholds: Thresholds, group_of: Callable[[str], str | None]
) -> Scores:
    """The scores of a model's answers to the cases, in the same order."""
    pairs = list(zip(cases, understood, strict=True))
    said = [first_action(u, thresholds) for u in understood]
    claims = [(c, u, a) for (c, u), a in zip(pairs, said) if _claim(c.label)]
    faqs = [(c, u, a) for (c, u), a in zip(pairs, said) if c.label.startswith("faq.")]

    def way(label: str) -> str | None:
        return group_of(label) if _claim(label) or label in ("chat.human", "chat.abuse") else SELF_SERVICE

    per_label = {
        label: (
            sum(c.label == label for c in cases),
            sum(c.label == label == u.label for c, u in pairs),
            sum(u.label == label for u in understood),
        )
        for label in taxonomy.labels
    }
    wrong = Counter((c.label, u.label) for c, u in pairs if u.label != c.label and u.label not in c.also)
    return Scores(
        cases=len(cases),
        right=_share(u.label == c.label for c, u in pairs),
        accepted=_share(u.label == c.label or u.label in c.also for c, u in pairs),
        among_three=_share(bool({c.label, *c.also} & {name for name, _ in u.guesses}) for c, u in pairs),
        route=_share(way(u.label) in {way(label) for label in (c.label, *c.also)} for c, u in pairs),
        claims=len(claims),
        claims_scripted=_share(a == ANSWER and not any(label.startswith("faq.") for label in c.also) for c, _, a in claims),
        faq_scripted=_share(a == ANSWER for _, _, a in faqs),
        actions={action: _share(a == action for a in said) for action in (ANSWER, "guess", "rephrase", HAND_OFF)},
        calibration=sum(u.confidence for u in understood) / len(cases),
        per_label=per_label,
        confusions=tuple((one, other, count) for (one, other), count in wrong.most_common(15)),
    )


def _claim(label: str) -> bool:
    return label.startswith(("dispute.", "case."))


def _share(marks: object) -> float:
    values = list(marks)  # type: ignore[call-overload]
    return sum(values) / len(values) if values else 0.0
