"""The report's drawings as SVG text. Words stay words (svg.fonttype none): the reader's browser has Chinese fonts, this machine may not."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Sequence
from typing import Any

import matplotlib
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from bot.quality.figures import FIGURES, HEADLINES, Measured, is_dangerous
from bot.quality.results import View
from bot.quality.tables import LabelRow
from bot.taxonomy import Taxonomy

NEW, LIVE, GRID, INK, PALE = "#0b7a75", "#e08e2b", "#e4e8eb", "#24323d", "#7b8894"
WIDTH = 4.6
FEWEST = 5
"""Lines that a point of the reliability curve needs: of fewer, its height is chance."""
STYLE = {
    "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 9, "axes.edgecolor": GRID, "axes.labelcolor": PALE, "xtick.color": PALE,
    "ytick.color": INK, "axes.spines.top": False, "axes.spines.right": False, "xtick.major.size": 0, "ytick.major.size": 0,
    "axes.grid": True, "grid.color": GRID, "axes.axisbelow": True, "xtick.major.pad": 7,
}
_PROLOG = re.compile(r"\A.*?(?=<svg)|<metadata>.*?</metadata>", re.DOTALL)


def headlines(measured: Measured) -> str:
    """The main figures with their intervals, the live model's beside them."""
    rows = [figure for figure in FIGURES if figure.key in HEADLINES and measured.counted[figure.key]]
    figure, axes = _figure(0.52 * len(rows) + 0.5)
    both = bool(measured.live)
    for place, row in enumerate(reversed(rows)):
        _span(axes, measured.figures[row.key], place + (0.14 if both else 0), NEW)
        if both:
            _span(axes, measured.live[row.key], place - 0.14, LIVE)
    axes.set_yticks(range(len(rows)))
    axes.set_yticklabels([row.zh for row in reversed(rows)])
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.5, len(rows) - 0.5)
    _percent(axes.xaxis)
    axes.grid(axis="y", visible=False)
    return _svg(figure, "headlines", left=0.36)


def reliability(new: View, live: View | None) -> str:
    """How often the label is right, by how sure the model is; on the diagonal it is as sure as it should be."""
    figure, axes = _figure(3.3)
    axes.plot([0, 1], [0, 1], color=PALE, linewidth=1, linestyle=(0, (4, 3)))
    for view, colour in ((live, LIVE), (new, NEW)):
        if view is not None:
            rows = [row for row in view.reliability if row.cases >= FEWEST] or list(view.reliability)
            most = max(row.cases for row in rows)
            points = [(row.confidence, row.right) for row in rows]
            axes.plot(*zip(*points), color=colour, linewidth=1.4)
            axes.scatter(*zip(*points), s=[12 + 90 * row.cases / most for row in rows], color=colour, alpha=0.85, linewidths=0)
    axes.set(xlim=(0, 1.03), ylim=(0, 1.03), xlabel="模型说的把握", ylabel="实际正确率")
    _percent(axes.xaxis)
    _percent(axes.yaxis)
    return _svg(figure, "reliability")


def coverage(new: View, live: View | None) -> str:
    """How often the label is right if only the surest messages are answered."""
    figure, axes = _figure(3.3)
    for view, colour in ((live, LIVE), (new, NEW)):
        if view is not None:
            shown = [percent / 100 for percent, _ in view.coverage]
            axes.plot(shown, [share for _, share in view.coverage], color=colour, linewidth=2, marker="o", markersize=3.5)
    lowest = min(share for view in (new, live) if view for _, share in view.coverage)
    axes.set(xlim=(0.49, 1.01), ylim=(min(0.9, lowest - 0.03), 1.005), xlabel="只答最有把握的这一部分", ylabel="正确率")
    _percent(axes.xaxis)
    _percent(axes.yaxis)
    return _svg(figure, "coverage")


def recall(new: View, live: View | None, labels: Taxonomy) -> str:
    """How many lines of each dangerous label are found, the worst first; empty when the set has none."""
    rows = sorted((row for row in new.labels if row.cases and is_dangerous(row.label)), key=lambda row: row.found / row.cases)
    if not rows:
        return ""
    before: dict[str, LabelRow] = {row.label: row for row in live.labels} if live else {}
    figure, axes = _figure(0.215 * len(rows) + 0.55)
    for place, row in enumerate(reversed(rows)):
        share = row.found / row.cases
        axes.plot([0, share], [place, place], color=NEW, linewidth=5, alpha=0.28, solid_capstyle="butt")
        axes.scatter([share], [place], s=26, color=NEW, zorder=3, linewidths=0)
        old = before.get(row.label)
        if old and old.cases:
            axes.scatter([old.found / old.cases], [place], s=26, facecolors="none", edgecolors=LIVE, linewidths=1.4, zorder=4)
    axes.set_yticks(range(len(rows)))
    axes.set_yticklabels([f"{labels.zh(row.label)} {row.cases}句" for row in reversed(rows)])
    axes.set_xlim(0, 1.03)
    axes.set_ylim(-0.7, len(rows) - 0.3)
    _percent(axes.xaxis)
    axes.grid(axis="y", visible=False)
    return _svg(figure, "recall", left=0.36)


def _figure(height: float) -> tuple[Any, Any]:
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height))
        return figure, figure.add_subplot()


def _span(axes: Any, interval: Any, place: float, colour: str) -> None:
    axes.plot([interval.low, interval.high], [place, place], color=colour, linewidth=4, alpha=0.3, solid_capstyle="round")
    axes.scatter([interval.value], [place], s=30, color=colour, zorder=3, linewidths=0)


def _percent(axis: Any) -> None:
    axis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))  # no halves that the format would round
    axis.set_major_formatter(lambda value, _: f"{value:.0%}")


def _svg(figure: Any, name: str, left: float = 0.14) -> str:
    """The drawing alone: no prolog, no metadata, nothing that is fetched."""
    bottom = 0.62 / figure.get_figheight() if name in ("reliability", "coverage") else 0.3 / figure.get_figheight()
    figure.subplots_adjust(left=left, right=0.97, bottom=bottom, top=1 - 0.12 / figure.get_figheight())
    out = io.StringIO()
    with matplotlib.rc_context(STYLE | {"svg.hashsalt": name}), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # This machine's fonts lack the Chinese glyphs; the browser's do not.
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None})
    return _PROLOG.sub("", out.getvalue()).strip()


def every(result_new: View, result_live: View | None, measured: Measured, labels: Taxonomy) -> Sequence[tuple[str, str, str]]:
    """(title, explanation, SVG) of each drawing of a set."""
    drawn = [
        ("主要指标", "点是数值，横条是 95% 的范围：两个模型的横条大半重叠，差别多半是碰巧。“误发”“误当”越低越好，其他越高越好。", headlines(measured)),
        ("要紧标签的找回率", "争议、疑难、转人工、辱骂的句子，有多少得到了对的标签；最差的在最上面。", recall(result_new, result_live, labels)),
        ("把握准不准", "点越大句子越多。在虚线上：说七成把握就真有七成对；在虚线下：过于自信。", reliability(result_new, result_live)),
        ("只答有把握的会怎样", "从最有把握的答起，答到一半、八成、全部时的正确率。", coverage(result_new, result_live)),
    ]
    return [row for row in drawn if row[2]]
