"""Stock Rasa on the same lines: the pipeline and policies that `rasa init` gives, with a tokenizer that can read Chinese.

`rasa init` trains for 100 epochs, which on thousands of lines takes hours. What a message costs does not depend on how long the weights were trained;
how right the labels are does, so whoever shows them says after how many epochs. The policies get one: they only have their cost measured.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import os
import re
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import yaml

from bot.model import Understanding
from bot.nlu.thresholds import Thresholds
from bot.taxonomy import OUT_OF_SCOPE
from bot.training_data import Sentence

INIT_EPOCHS = 100
"""What `rasa init` writes."""
FALLBACK, FALLBACK_THRESHOLD = "nlu_fallback", 0.3
CONFIG = """
recipe: default.v1
assistant_id: stock
language: zh
pipeline:
  - name: JiebaTokenizer
  - name: RegexFeaturizer
  - name: LexicalSyntacticFeaturizer
  - name: CountVectorsFeaturizer
  - {{name: CountVectorsFeaturizer, analyzer: char_wb, min_ngram: 1, max_ngram: 4}}
  - {{name: DIETClassifier, epochs: {epochs}, constrain_similarities: true}}
  - name: EntitySynonymMapper
  - {{name: ResponseSelector, epochs: 1, constrain_similarities: true}}
  - {{name: FallbackClassifier, threshold: {threshold}, ambiguity_threshold: 0.1}}
policies:
  - name: MemoizationPolicy
  - name: RulePolicy
  - {{name: UnexpecTEDIntentPolicy, max_history: 5, epochs: 1}}
  - {{name: TEDPolicy, max_history: 5, epochs: 1, constrain_similarities: true}}
"""
THRESHOLDS = Thresholds(answer_confidence=FALLBACK_THRESHOLD, out_of_scope=FALLBACK_THRESHOLD)
"""For `StockRasa.understand`: what the FallbackClassifier lets through is answered, there is no claim guard."""


@dataclass(frozen=True)
class Trained:
    """An archive, the seconds that it took, those of one epoch of DIET (None: Rasa did not tell), megabytes."""

    path: Path
    train_s: float
    epoch_s: float | None
    model_mb: float


@dataclass(frozen=True)
class Cost:
    """CPU milliseconds: a turn, its 95th percentile, of it the NLU."""

    turn_ms: float
    turn_p95_ms: float
    nlu_ms: float


def train(folder: Path, lines: Sequence[Sentence], epochs: int, say: Callable[[str], None]) -> Trained:
    """Train stock Rasa on these lines below `folder`, never from its cache; `say` hears of every epoch."""
    # Imported here and below: Rasa takes seconds, and who only reads what it said should not wait for it.
    from rasa.model_training import train as rasa_train

    folder.mkdir(parents=True, exist_ok=True)
    _write(folder, lines, epochs)
    progress = _Epochs(epochs, _aside(say))
    _hush()
    began = perf_counter()
    with _no_cache(), contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(progress):
        result = rasa_train(
            str(folder / "domain.yml"), str(folder / "config.yml"), [str(folder / "data.yml")], output=str(folder), fixed_model_name="model",
            force_training=True,
        )
    train_s = perf_counter() - began
    assert result.model is not None, "stock Rasa did not train"
    path = Path(result.model)
    return Trained(path, train_s, progress.seconds, path.stat().st_size / 1e6)


class StockRasa:
    """A trained stock Rasa, loaded."""

    def __init__(self, path: Path, lines: Sequence[Sentence]) -> None:
        from rasa.core.agent import Agent

        _hush()
        self._agent = Agent.load(str(path))
        self._labels = {name: label for label, name in _names(lines).items()}

    def cost(self, texts: Sequence[str]) -> Cost:
        """Run the texts through whole turns, four messages a conversation, then through the NLU alone."""
        spent = asyncio.run(self._turns(texts))
        start = process_time()
        asyncio.run(self._parses(texts))
        return Cost(statistics.mean(spent), statistics.quantiles(spent, n=20)[-1], (process_time() - start) * 1000 / len(texts))

    def understand(self, texts: Sequence[str]) -> list[Understanding]:
        """DIET's own label for each text, with no confidence where the FallbackClassifier would not have it."""
        return [read(text, parse, self._labels) for text, parse in zip(texts, asyncio.run(self._parses(texts)))]

    async def _parses(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        from rasa.core.channels.channel import UserMessage

        return [await self._agent.processor.parse_message(UserMessage(text)) for text in texts]

    async def _turns(self, texts: Sequence[str]) -> list[float]:
        for text in texts[:20]:
            await self._agent.handle_text(text, sender_id="warm")
        spent = []
        for number, text in enumerate(texts):
            start = process_time()
            await self._agent.handle_text(text, sender_id=f"stock-{number // 4}")
            spent.append((process_time() - start) * 1000)
        return spent


def read(text: str, parse: dict[str, Any], labels: dict[str, str]) -> Understanding:
    """Stock Rasa's parse data as an Understanding; `labels`: our name of each intent."""
    rows = [(labels.get(row["name"], row["name"]), float(row["confidence"])) for row in parse["intent_ranking"] if row["name"] != FALLBACK]
    if not rows:
        return Understanding(text, "", 0.0)
    label, confidence = rows[0]
    if parse["intent"]["name"] == FALLBACK:
        confidence = 0.0
    return Understanding(text, label, confidence, tuple(rows[:3]), p_out_of_scope=confidence if label == OUT_OF_SCOPE else 0.0)


def _aside(say: Callable[[str], None]) -> Callable[[str], None]:
    """`say` on today's standard output and error, while what Rasa writes there is caught."""
    out, err = sys.stdout, sys.stderr

    def aside(line: str) -> None:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            say(line)

    return aside


def _hush() -> None:
    from bot.brain.agent import quiet

    quiet()
    # TensorFlow's hints on how to write the code faster are for Rasa.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)


class _Epochs(io.StringIO):
    """Rasa's standard error while it trains: its progress bars, of which DIET's becomes a line an epoch; the rest is kept from view."""

    _BAR = re.compile(r"Epochs:.*?\| (\d+)/(\d+) \[")

    def __init__(self, epochs: int, say: Callable[[str], None]) -> None:
        super().__init__()
        self._epochs, self._say = epochs, say
        self._done, self._began = -1, 0.0
        self.seconds: float | None = None

    def write(self, written: str) -> int:
        for found in self._BAR.finditer(written):
            done, of = int(found[1]), int(found[2])
            # The policies' bars come after DIET's and count from zero again.
            if of == self._epochs and done > self._done:
                self._tell(done)
        return len(written)

    def _tell(self, done: int) -> None:
        if done == 0:
            self._began = perf_counter()
            self._say("原装 Rasa：特征备好了，DIET 开始训练")
        elif self._done >= 0:
            self.seconds = (perf_counter() - self._began) / done
            self._say(f"原装 Rasa：DIET 第 {done}/{self._epochs} 遍，每遍 {self.seconds:.0f} 秒")
        self._done = done


@contextlib.contextmanager
def _no_cache() -> Iterator[None]:
    """Rasa keeps the parts that it trained: the next training would be done in no time, and ours would lose their place in the cache."""
    name = "RASA_MAX_CACHE_SIZE"
    before = os.environ.pop(name, None)
    os.environ.update({name: "0"})
    try:
        yield
    finally:
        os.environ.pop(name)
        if before is not None:
            os.environ.update({name: before})


def _names(lines: Sequence[Sentence]) -> dict[str, str]:
    """Label -> intent: a response's name may not hold a dot."""
    return {line.label: line.label.replace(".", "_") for line in lines}


def _write(folder: Path, lines: Sequence[Sentence], epochs: int) -> None:
    by_label: dict[str, list[str]] = {}
    for line in lines:
        by_label.setdefault(line.label, []).append(line.text.replace("[", "（").replace("]", "）"))
    names = _names(lines)
    nlu = [{"intent": names[label], "examples": "".join(f"- {text}\n" for text in rows)} for label, rows in by_label.items()]
    rules = [{"rule": name, "steps": [{"intent": name}, {"action": f"utter_{name}"}]} for name in names.values()]
    pairs = list(names.values())
    stories = [
        {"story": f"{a} {b}", "steps": [{"intent": a}, {"action": f"utter_{a}"}, {"intent": b}, {"action": f"utter_{b}"}]}
        for a, b in zip(pairs, pairs[1:], strict=False)
    ]
    data = {"version": "3.1", "nlu": nlu, "rules": rules, "stories": stories}
    domain = {"version": "3.1", "intents": pairs, "responses": {f"utter_{name}": [{"text": name}] for name in pairs}}
    (folder / "config.yml").write_text(CONFIG.format(epochs=epochs, threshold=FALLBACK_THRESHOLD), encoding="utf-8")
    (folder / "data.yml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    (folder / "domain.yml").write_text(yaml.safe_dump(domain, allow_unicode=True), encoding="utf-8")
