"""What is timed, not how fast this machine is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from bot.quality import speed


class Slow:
    """A model that takes so many ticks of the clock a message."""

    def __init__(self, ticks: float, clock: list[float]) -> None:
        self.ticks, self.clock, self.calls = ticks, clock, count()

    def understand(self, texts: Sequence[str]) -> list[object]:
        next(self.calls)
        self.clock[0] += self.ticks * len(texts)
        return []


def test_both_models_answer_the_same_messages_in_turns() -> None:
    clock = [0.0]
    new, old = Slow(0.003, clock), Slow(0.002, clock)
    found = speed.cpu_ms(new, old, ["在吗"] * 1000, lambda: clock[0])  # type: ignore[arg-type]
    assert [round(ms, 6) for ms in found if ms] == [3.0, 2.0]
    assert next(new.calls) == next(old.calls) == speed.ROUNDS + 1


def test_without_a_live_model_there_is_one_figure() -> None:
    clock = [0.0]
    assert speed.cpu_ms(Slow(0.001, clock), None, ["在吗"], lambda: clock[0])[1] is None  # type: ignore[arg-type]
