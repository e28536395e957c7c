"""The figures of a model on labelled messages. Each figure is a mean over lines, so that one way of resampling serves them all. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.model import Understanding
from bot.nlu.thresholds import ANSWER, HANDED_OFF_CHAT, Thresholds, first_action
from bot.quality.cases import Case
from bot.quality.intervals import Interval, Values, calibration_error, difference, mean
from bot.taxonomy import CLAIMS, OUT_OF_SCOPE

SELF_SERVICE = "bot"
ESCALATION, PRIVACY, COUNTERFEIT = "dispute.escalation", "case.privacy", "case.counterfeit"
CALIBRATION = "calibration"


@dataclass(frozen=True)
class Figure:
    """One figure: its Chinese name, what exactly it counts, and which way is better (1 up, -1 down)."""

    key: str
    zh: str
    means: str
    better: int = 1


FIGURES = (
    Figure("accepted", "标签正确（含可接受）", "模型的标签是该句的标签，或标注时写明也可以接受的标签"),
    Figure("right", "标签完全一致", "模型的标签就是该句的标签"),
    Figure("family", "大类正确", "咨询、争议、疑难、闲聊、无关这一层判对（含可接受）"),
    Figure("route", "分流正确", "自助回答，或交到正确的组（含可接受）"),
    Figure("among_three", "前三个里有正确的", "给顾客的三个猜测里有正确或可接受的标签"),
    Figure("faq_scripted", "咨询直接发话术", "咨询类的句子里，机器人第一步就发话术的"),
    Figure("claims_scripted", "争议疑难误发话术", "争议和疑难的句子里，第一步就发话术的；可接受标签里有咨询的不算误发", -1),
    Figure("escalation_missed", "漏掉升级投诉", "升级投诉的句子里，第一、第二标签都不是它的（判成可接受标签的不算漏）", -1),
    Figure("privacy_missed", "漏掉信息泄露", "信息泄露的句子里，第一、第二标签都不是它的", -1),
    Figure("counterfeit_missed", "漏掉假货", "假货的句子里，第一、第二标签都不是它的", -1),
    Figure("nonsense_caught", "无关句认出", "无关的句子里，标签判成无关的"),
    Figure("nonsense_lost", "有事的句子误当无关", "其他句子（可接受标签里也没有无关）里，标签判成无关的", -1),
)
CALIBRATION_FIGURE = Figure(CALIBRATION, "把握误差 ECE", "分 10 档，说的把握和实际正确率（含可接受）平均差多少", -1)
ALL_FIGURES = (*FIGURES, CALIBRATION_FIGURE)
HEADLINES = ("accepted", "route", "among_three", "claims_scripted", "nonsense_caught", "nonsense_lost")


@dataclass(frozen=True)
class Rules:
    """What turns a label into a first step and a way: thresholds, and the group of people that takes a label."""

    thresholds: Thresholds
    group_of: Callable[[str], str | None]

    def way(self, label: str) -> str | None:
        """A group of people, or SELF_SERVICE."""
        return self.group_of(label) if is_dangerous(label) else SELF_SERVICE


@dataclass(frozen=True)
class Measured:
    """A model's figures on one set; `differences` are those to the live model, new minus old."""

    cases: int
    counted: Mapping[str, int]
    """Figure -> lines that count for it."""
    figures: Mapping[str, Interval]
    live: Mapping[str, Interval]
    differences: Mapping[str, Interval]


def is_claim(label: str) -> bool:
    """A dispute or a case."""
    return family(label) in CLAIMS


def is_dangerous(label: str) -> bool:
    """A label whose loss hurts somebody: claims, the wish for a person, abuse."""
    return is_claim(label) or label in HANDED_OFF_CHAT


def family(label: str) -> str:
    """What stands before the dot."""
    return label.split(".", 1)[0]


def values(cases: Sequence[Case], understood: Sequence[Understanding], rules: Rules) -> dict[str, Values]:
    """Figure -> 1, 0 or NaN (does not count) for each line."""
    rows = [_row(case, one, rules) for case, one in zip(cases, understood, strict=True)]
    return {figure.key: np.array([row.get(figure.key, np.nan) for row in rows], dtype=np.float64) for figure in FIGURES}


def measure(
    cases: Sequence[Case], new: Sequence[Understanding], live: Sequence[Understanding] | None, rules: Rules
) -> Measured:
    """The figures of a model, and of the live one beside it, with their intervals."""
    found = values(cases, new, rules)
    figures = {key: mean(row) for key, row in found.items()} | {CALIBRATION: calibration(cases, new)}
    counted = {key: int((~np.isnan(row)).sum()) for key, row in found.items()} | {CALIBRATION: len(cases)}
    if live is None:
        return Measured(len(cases), counted, figures, {}, {})
    before = values(cases, live, rules)
    return Measured(
        len(cases), counted, figures,
        {key: mean(row) for key, row in before.items()} | {CALIBRATION: calibration(cases, live)},
        {key: difference(found[key], before[key]) for key in found},
    )


def judged(figure: Figure, measured: Measured) -> str:
    """better, worse or same: same as long as zero lies within the difference's interval."""
    apart = measured.differences.get(figure.key)
    if apart is None or not apart.clear:
        return "same"
    return "better" if apart.value * figure.better > 0 else "worse"


def calibration(cases: Sequence[Case], understood: Sequence[Understanding]) -> Interval:
    """Expected calibration error of the labels, accepted ones counting as right."""
    return calibration_error(confidences(understood), rights(cases, understood))


def confidences(understood: Sequence[Understanding]) -> Values:
    """How sure the model was of each line."""
    return np.array([one.confidence for one in understood], dtype=np.float64)


def rights(cases: Sequence[Case], understood: Sequence[Understanding]) -> Values:
    """1 where the label is right or accepted."""
    return np.array([case.accepts(one.label) for case, one in zip(cases, understood, strict=True)], dtype=np.float64)


def _row(case: Case, one: Understanding, rules: Rules) -> dict[str, float]:
    """The figures for which this line counts."""
    accepted = (case.label, *case.also)
    action = first_action(one, rules.thresholds)
    row = {
        "accepted": case.accepts(one.label),
        "right": one.label == case.label,
        "family": family(one.label) in {family(label) for label in accepted},
        "route": rules.way(one.label) in {rules.way(label) for label in accepted},
        "among_three": bool(set(accepted) & {name for name, _ in one.guesses}),
    }
    if is_claim(case.label):
        row["claims_scripted"] = action == ANSWER and not any(label.startswith("faq.") for label in case.also)
    elif case.label.startswith("faq."):
        row["faq_scripted"] = action == ANSWER
    for label, key in ((ESCALATION, "escalation_missed"), (PRIVACY, "privacy_missed"), (COUNTERFEIT, "counterfeit_missed")):
        if case.label == label:
            row[key] = label not in (one.label, one.label2) and not case.accepts(one.label)
    if case.label == OUT_OF_SCOPE:
        row["nonsense_caught"] = one.label == OUT_OF_SCOPE
    elif OUT_OF_SCOPE not in case.also:
        row["nonsense_lost"] = one.label == OUT_OF_SCOPE
    return {key: float(mark) for key, mark in row.items()}
