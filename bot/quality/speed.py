"""What a message costs two models, measured in turns in the same run: machines differ, and a busy one slows both alike."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from time import process_time

from bot.nlu.understander import Understander

MESSAGES, ROUNDS = 200, 7


def cpu_ms(new: Understander, old: Understander | None, texts: Sequence[str], clock: Callable[[], float] = process_time) -> tuple[float, float | None]:
    """CPU milliseconds a message of each, the median of the rounds; the first round only warms up."""
    chosen = list(texts[:: max(1, len(texts) // MESSAGES)][:MESSAGES])
    models = [new] if old is None else [new, old]
    spent: list[list[float]] = [[] for _ in models]
    for _ in range(ROUNDS + 1):
        for model, times in zip(models, spent):
            began = clock()
            model.understand(chosen)
            times.append((clock() - began) * 1000 / max(1, len(chosen)))
    medians = [statistics.median(times[1:]) for times in spent]
    return medians[0], medians[1] if old is not None else None
