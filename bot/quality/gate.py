"""Whether a new model may take the live one's place. Pure: what was measured goes in, a verdict with the lines against it comes out.

Both models answer the same lines, so only lines on which they differ count. Were they equally good, each such line would be lost or won like a
coin's toss; the gate closes where so many or more would be lost in less than one case of twenty (`ALPHA`, exact one-sided sign test, McNemar's).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.model import Understanding
from bot.quality.cases import SETS, Case
from bot.quality.figures import Rules, is_dangerous, values
from bot.quality.intervals import sign_test

ALPHA = 0.05
MAX_RATIO, ENOUGH_MS, MAX_MB = 1.5, 1.5, 60.0


@dataclass(frozen=True)
class Answers:
    """A set with what the new and the live model made of it; `old` is None when no model is live."""

    cases: Sequence[Case]
    new: Sequence[Understanding]
    old: Sequence[Understanding] | None


@dataclass(frozen=True)
class Cost:
    """CPU milliseconds a message (None: no live model beside it) and megabytes of the archive."""

    new_ms: float
    old_ms: float | None
    new_mb: float


@dataclass(frozen=True)
class Against:
    """A line that stands against the new model; `old` is empty when no model is live."""

    text: str
    expected: str
    old: str
    new: str


@dataclass(frozen=True)
class Check:
    """One condition: its name, whether it holds, what was found, and the lines. A remark never blocks."""

    name: str
    holds: bool
    found: str
    against: tuple[Against, ...] = ()
    remark: bool = False


@dataclass(frozen=True)
class Verdict:
    """All checks in order."""

    checks: tuple[Check, ...] = field(default=())

    @property
    def passed(self) -> bool:
        """Nothing but remarks fails."""
        return all(check.holds or check.remark for check in self.checks)


def judge(sets: Mapping[str, Answers], never_flip: Answers | None, cost: Cost, rules: Rules) -> Verdict:
    """The verdict; without any set nothing vouches for the model, and it is refused."""
    checks: list[Check] = []
    if not any(answers.cases for answers in sets.values()):
        checks.append(Check("测试集", False, "没有测试集，比不出新模型好不好"))
    if never_flip is None or not never_flip.cases:
        checks.append(Check("不许翻的句子", False, "没有 never_flip.jsonl，查不了"))
    else:
        checks += _never_flip(never_flip)
    pooled = _pooled(sets.values())
    if pooled.cases and pooled.old is not None:
        checks += _dangerous(pooled)
        for name, answers in sets.items():
            checks += [_share(name, "accepted", "标签正确", answers, rules), _share(name, "route", "分流正确", answers, rules)]
        checks.append(_share("", "claims_scripted", "争议疑难误发话术", pooled, rules))
    elif pooled.cases:
        checks.append(Check("与线上比较", True, "现在没有线上模型，没有可比的", remark=True))
    return Verdict((*checks, _speed(cost), _size(cost)))


def _never_flip(answers: Answers) -> list[Check]:
    """Turned sentences block; those that were wrong already are told."""
    rows = list(_rows(answers))
    if answers.old is None:
        bad = tuple(_against(*row) for row in rows if not row[0].accepts(row[1].label))
        return [Check("不许翻的句子", not bad, f"{len(rows)} 句里错了 {len(bad)} 句（没有线上模型可比，只提醒）", bad, remark=True)]
    turned = tuple(_against(*row) for row in rows if not row[0].accepts(row[1].label) and row[2] and row[0].accepts(row[2].label))
    known = tuple(_against(*row) for row in rows if not row[0].accepts(row[1].label) and row[2] and not row[0].accepts(row[2].label))
    checks = [Check("不许翻的句子", not turned, f"{len(rows)} 句里，线上答对而新模型答错的有 {len(turned)} 句", turned)]
    if known:
        checks.append(Check("不许翻的句子里早就错的", False, f"{len(known)} 句新旧模型都错，不拦，但该补训练句", known, remark=True))
    return checks


def _dangerous(answers: Answers) -> list[Check]:
    """Recall of each dangerous label, and of all together: many small losses are one large one."""
    rows = [row for row in _rows(answers) if is_dangerous(row[0].label)]
    labels = dict.fromkeys(row[0].label for row in rows)
    checks = [_recall(label, [row for row in rows if row[0].label == label]) for label in labels]
    worse = [check for check in checks if not check.holds]
    together = _recall("要紧标签合计", rows)
    if not worse:
        found = f"{len(labels)} 个要紧标签（争议、疑难、转人工、辱骂）的找回率都没有明显下降"
        return [Check("要紧标签", True, found), together]
    return [*worse, together]


def _recall(name: str, rows: Sequence[tuple[Case, Understanding, Understanding | None]]) -> Check:
    lost = [row for row in rows if row[2] and row[0].accepts(row[2].label) and not row[0].accepts(row[1].label)]
    won = [row for row in rows if row[2] and not row[0].accepts(row[2].label) and row[0].accepts(row[1].label)]
    old = sum(bool(row[2] and row[0].accepts(row[2].label)) for row in rows)
    new = sum(row[0].accepts(row[1].label) for row in rows)
    found = f"{len(rows)} 句，找回 {old} → {new}；丢了 {len(lost)} 句，新找回 {len(won)} 句{_chance(len(lost), len(won))}"
    return Check(f"{name} 找回", not _beyond_noise(len(lost), len(won)), found, tuple(_against(*row) for row in lost))


def _share(name: str, key: str, zh: str, answers: Answers, rules: Rules) -> Check:
    """A figure of one set; for `claims_scripted` a 1 is the bad one."""
    assert answers.old is not None
    new, old = values(answers.cases, answers.new, rules)[key], values(answers.cases, answers.old, rules)[key]
    worse, better = (new > old, old > new) if key == "claims_scripted" else (new < old, old < new)
    lost = tuple(_against(*row) for row, mark in zip(_rows(answers), worse) if mark)
    counted = int((new == new).sum())  # NaN is unlike itself: the line does not count.
    before, after = (float(marks[marks == marks].mean()) if counted else 0.0 for marks in (old, new))
    title = f"{SETS.get(name, name)}：{zh}" if name else zh
    found = f"{counted} 句，{before:.1%} → {after:.1%}；变差 {len(lost)} 句，变好 {int(better.sum())} 句{_chance(len(lost), int(better.sum()))}"
    return Check(title, not _beyond_noise(len(lost), int(better.sum())), found, lost)


def _speed(cost: Cost) -> Check:
    if cost.old_ms is None:
        return Check("速度", cost.new_ms <= ENOUGH_MS, f"每句 CPU {cost.new_ms:.2f} 毫秒，没有线上模型时要 ≤ {ENOUGH_MS:.1f}")
    ratio = cost.new_ms / cost.old_ms if cost.old_ms else float("inf")
    found = f"每句 CPU {cost.old_ms:.2f} → {cost.new_ms:.2f} 毫秒，{ratio:.2f} 倍；要 ≤ {ENOUGH_MS:.1f} 毫秒，或 ≤ {MAX_RATIO:.1f} 倍"
    return Check("速度", ratio <= MAX_RATIO or cost.new_ms <= ENOUGH_MS, found)


def _size(cost: Cost) -> Check:
    return Check("大小", cost.new_mb <= MAX_MB, f"{cost.new_mb:.1f} MB，要 ≤ {MAX_MB:.0f} MB")


def _beyond_noise(lost: int, won: int) -> bool:
    return lost > won and sign_test(lost, won) < ALPHA


def _chance(lost: int, won: int) -> str:
    if lost <= won:
        return ""
    chance = sign_test(lost, won)
    return f"（碰巧的可能 {chance:.0%}）" if chance >= 0.01 else "（碰巧的可能不到 1%）"


def _pooled(sets: Iterable[Answers]) -> Answers:
    every = list(sets)
    old: list[Understanding] | None = [one for answers in every for one in answers.old or ()]
    if any(answers.old is None for answers in every):
        old = None
    return Answers([case for answers in every for case in answers.cases], [one for answers in every for one in answers.new], old)


def _rows(answers: Answers) -> Iterable[tuple[Case, Understanding, Understanding | None]]:
    return zip(answers.cases, answers.new, answers.old if answers.old is not None else [None] * len(answers.cases), strict=True)


def _against(case: Case, new: Understanding, old: Understanding | None) -> Against:
    return Against(case.text, case.label, old.label if old else "", new.label)
