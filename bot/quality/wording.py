"""An evaluation and a verdict as lines for the terminal, in Chinese. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from math import isnan

from bot.quality.figures import ALL_FIGURES, Figure, Measured, judged
from bot.quality.gate import Check, Verdict
from bot.quality.intervals import Interval
from bot.quality.results import Evaluation, SetResult
from bot.taxonomy import Taxonomy

SIGNS = {"better": "↑ 变好", "worse": "↓ 变差", "same": ""}
PAIRS = 12


def wide(text: str) -> int:
    """Columns that the Chinese characters take beyond one each."""
    return sum(ord(char) > 0x2E80 for char in text)


def left(text: str, columns: int) -> str:
    """The text, filled up to so many columns."""
    return text + " " * max(0, columns - len(text) - wide(text))


def right(text: str, columns: int) -> str:
    """The text at the right end of so many columns."""
    return " " * max(0, columns - len(text) - wide(text)) + text


def points(value: float) -> str:
    """A difference in percentage points, signed."""
    return "–" if isnan(value) else "0.0" if abs(value) < 0.0005 else f"{value * 100:+.1f}"


def evaluation(found: Evaluation, *, every_label: bool = False) -> list[str]:
    """The tables, set after set."""
    lines = [f"被评测的模型 {found.model.name}", *([f"线上模型     {found.live.name}"] if found.live else [])]
    lines += [f"注意：{remark}" for remark in found.remarks]
    for result in found.sets:
        lines += ["", *_set(result, every_label)]
    if found.never_flip:
        lines += ["", f"不许翻的句子：{found.never_flip} 句里错了 {len(found.turned)} 句"]
        lines += [f"  {row.text}  应是 {row.expected}，判成 {row.said}{f'，线上 {old}' if old else ''}" for row, old in found.turned]
    return lines


def verdict(found: Verdict, labels: Taxonomy, shown: int) -> list[str]:
    """Every check, and under those that fail the lines that stand against the model."""
    return [line for check in found.checks for line in _check(check, labels, shown)]


def _set(result: SetResult, every_label: bool) -> list[str]:
    measured = result.measured
    both = bool(measured.live)
    head = left(f"【{result.title}】{measured.cases} 句", 30) + right("数值", 8) + right("95% 范围", 16)
    lines = [head + (right("线上", 9) + right("差别（点）", 12) + right("范围", 15) if both else "")]
    for figure in ALL_FIGURES:
        if not measured.counted[figure.key]:
            continue
        row = "  " + left(figure.zh, 28) + right(f"{measured.figures[figure.key].value:.1%}", 8) + right(_band(measured.figures[figure.key]), 16)
        if both:
            row += right(f"{measured.live[figure.key].value:.1%}", 9) + _difference(figure, measured)
        lines.append(row)
    if result.borders:
        lines += ["  错得最多的边界（对／共）", *(f"    {row.right:>3}/{row.cases:<3} {row.border}" for row in result.borders[:8])]
    if result.confusions:
        lines.append("  常见混淆（应是 → 判成，句数）")
        lines += [f"    {row.expected} → {row.said}  {len(row.lines)}" for row in result.confusions[:PAIRS]]
    return [*lines, *_labels(result)] if every_label else lines


def _difference(figure: Figure, measured: Measured) -> str:
    apart = measured.differences.get(figure.key)
    if apart is None:
        return right(points(measured.figures[figure.key].value - measured.live[figure.key].value), 12)
    band = "" if isnan(apart.value) else f"{points(apart.low)}~{points(apart.high)}"
    return right(points(apart.value), 12) + right(band, 15) + "  " + SIGNS[judged(figure, measured)]


def _labels(result: SetResult) -> Iterable[str]:
    yield "  " + left("标签", 32) + right("句数", 6) + right("找回", 8) + right("判准", 8)
    for row in result.new.labels:
        shares = ("–" if share is None else f"{share:.0%}" for share in (row.recall, row.precision))
        yield "  " + left(row.label, 32) + right(str(row.cases), 6) + "".join(right(share, 8) for share in shares)


def _check(check: Check, labels: Taxonomy, shown: int) -> list[str]:
    mark = "✓" if check.holds else "！" if check.remark else "✗"
    lines = [f"{mark} {check.name}：{check.found}"]
    if check.holds:
        return lines
    for row in check.against[:shown]:
        old = f"线上 {_zh(row.old, labels)}，" if row.old else ""
        lines.append(f"    “{row.text}”  应是 {_zh(row.expected, labels)}；{old}新模型 {_zh(row.new, labels)}")
    if len(check.against) > shown:
        lines.append(f"    ……还有 {len(check.against) - shown} 句，加 --lines {len(check.against)} 全看")
    return lines


def _zh(label: str, labels: Taxonomy) -> str:
    return f"{label}（{labels.labels[label].zh}）" if label in labels.labels else label


def _band(interval: Interval) -> str:
    return "–" if isnan(interval.value) else f"{interval.low * 100:.1f}~{interval.high * 100:.1f}%"
