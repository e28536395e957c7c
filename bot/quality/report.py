"""The evaluation as one HTML file that needs nothing else: opens on a phone, can be mailed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from bot.quality import plots
from bot.quality.figures import ALL_FIGURES, HEADLINES, is_dangerous, judged
from bot.quality.intervals import Interval
from bot.quality.results import Evaluation, SetResult
from bot.quality.wording import points
from bot.taxonomy import Taxonomy

TEMPLATE = "report.html.j2"
SHOWN_LINES = 60
"""Lines of one confusion that are shown; more would only be scrolled over."""


def html(evaluation: Evaluation, labels: Taxonomy) -> str:
    """The whole page."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )
    environment.filters |= {"percent": percent, "points": points, "band": band}
    return environment.get_template(TEMPLATE).render(
        e=evaluation, zh=lambda label: labels.labels[label].zh if label in labels.labels else label, sections=[_section(s, labels) for s in evaluation.sets],
        figures=ALL_FIGURES, dangerous=is_dangerous, shown=SHOWN_LINES,
    )


def percent(value: float | None) -> str:
    """83.4%, or a dash where nothing counted."""
    return "–" if value is None or value != value else f"{value:.1%}"


def band(interval: Interval) -> str:
    """81.0–85.2 %."""
    return "" if interval.value != interval.value else f"{interval.low * 100:.1f}–{interval.high * 100:.1f}%"


def _section(result: SetResult, labels: Taxonomy) -> dict[str, Any]:
    measured = result.measured
    return {
        "result": result,
        "cards": [(figure, judged(figure, measured)) for figure in ALL_FIGURES if figure.key in HEADLINES and measured.counted[figure.key]],
        "rows": [(figure, judged(figure, measured)) for figure in ALL_FIGURES if measured.counted[figure.key]],
        "drawings": [(title, about, Markup(svg)) for title, about, svg in plots.every(result.new, result.live, measured, labels)],
        "old": {row.label: row for row in result.live.labels} if result.live else {},
    }
