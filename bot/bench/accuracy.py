"""How right a model is on the project's own frozen sets, by the evaluation's figures. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.model import Understanding
from bot.quality.cases import Case
from bot.quality.figures import FIGURES, Rules, values

SHOWN = ("accepted", "route", "among_three", "claims_scripted", "faq_scripted")
"""The last two belong together: who dares to answer nothing answers no claim with a script either."""
NAMES = {figure.key: figure.zh for figure in FIGURES}


def shares(cases: Sequence[Case], understood: Sequence[Understanding], rules: Rules) -> dict[str, float | None]:
    """Figure -> share of the lines that count for it; None where none does."""
    found = values(cases, understood, rules)
    return {key: None if np.isnan(found[key]).all() else round(float(np.nanmean(found[key])), 4) for key in SHOWN}
