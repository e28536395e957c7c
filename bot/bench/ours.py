"""Our turn in one process: CPU a turn, of it the NLU, and a long conversation's end against its beginning."""

from __future__ import annotations

import asyncio
import statistics
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from time import perf_counter, process_time

from rasa.core.channels.channel import UserMessage

from actions.playbook import ActionPlaybook
from bot.bench.texts import HARMLESS
from bot.brain.agent import Brain, executor, quiet
from bot.model import Facts
from bot.playbooks.load import load_playbooks

TALK = 4
"""Messages of one conversation in the bench."""
LONG = 510


@dataclass(frozen=True)
class Ours:
    """CPU milliseconds, seconds and a ratio."""

    load_s: float
    turn_ms: float
    turn_p95_ms: float
    nlu_ms: float
    tenth_ms: float
    five_hundredth_ms: float

    @property
    def growth(self) -> float:
        """The 500th message's cost over the 10th's."""
        return self.five_hundredth_ms / self.tenth_ms


def measure(model_dir: Path, data_dir: Path, texts: list[str]) -> Ours:
    """Load the newest model and run the texts through it."""
    return asyncio.run(_measure(model_dir, data_dir, texts))


async def _measure(model_dir: Path, data_dir: Path, texts: list[str]) -> Ours:
    quiet()
    began = perf_counter()
    brain = Brain(model_dir, executor(ActionPlaybook(load_playbooks(data_dir))))
    brain.load()
    load_s = perf_counter() - began
    await _turns(brain, texts[:40], "warm")
    spent = await _turns(brain, texts, "bench")
    processor = brain._loaded[1] if brain._loaded else None
    assert processor is not None
    start = process_time()
    for text in texts:
        await processor.parse_message(UserMessage(text))
    nlu_ms = (process_time() - start) * 1000 / len(texts)
    early, late = await _long(brain)
    return Ours(load_s, statistics.mean(spent), statistics.quantiles(spent, n=20)[-1], nlu_ms, early, late)


async def _turns(brain: Brain, texts: list[str], name: str) -> list[float]:
    """CPU milliseconds of each turn; conversations of TALK messages, the memory carried on as the worker does."""
    spent: list[float] = []
    slots: dict[str, object] = {}
    for number, text in enumerate(texts):
        if number % TALK == 0:
            slots = {}
        start = process_time()
        result = await brain.turn(f"{name}-{number // TALK}", text, Facts(now=datetime.now(timezone.utc)), slots)
        spent.append((process_time() - start) * 1000)
        slots = result.slots
    return spent


async def _long(brain: Brain) -> tuple[float, float]:
    spent: list[float] = []
    slots: dict[str, object] = {}
    for number in range(LONG):
        start = process_time()
        result = await brain.turn("long", HARMLESS[number % len(HARMLESS)], Facts(now=datetime.now(timezone.utc)), slots)
        spent.append((process_time() - start) * 1000)
        slots = result.slots
    return statistics.median(spent[5:15]), statistics.median(spent[-15:-5])
