"""Stock Rasa on the same sentences: the pipeline and policies that `rasa init` gives, with a tokenizer that can read Chinese.

Trained for one epoch: the cost of a message does not depend on how long the weights were trained, and the bench measures cost.
"""

from __future__ import annotations

import asyncio
import statistics
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

import yaml
from rasa.core.agent import Agent
from rasa.model_training import train

from bot.training_data import read

CONFIG = """
recipe: default.v1
assistant_id: stock
language: zh
pipeline:
  - name: JiebaTokenizer
  - name: RegexFeaturizer
  - name: LexicalSyntacticFeaturizer
  - name: CountVectorsFeaturizer
  - {name: CountVectorsFeaturizer, analyzer: char_wb, min_ngram: 1, max_ngram: 4}
  - {name: DIETClassifier, epochs: 1, constrain_similarities: true}
  - name: EntitySynonymMapper
  - {name: ResponseSelector, epochs: 1, constrain_similarities: true}
  - {name: FallbackClassifier, threshold: 0.3, ambiguity_threshold: 0.1}
policies:
  - name: MemoizationPolicy
  - name: RulePolicy
  - {name: UnexpecTEDIntentPolicy, max_history: 5, epochs: 1}
  - {name: TEDPolicy, max_history: 5, epochs: 1, constrain_similarities: true}
"""


@dataclass(frozen=True)
class Stock:
    """Seconds and CPU milliseconds."""

    train_s: float
    turn_ms: float
    turn_p95_ms: float


def measure(folder: Path, data_dir: Path, texts: list[str]) -> Stock:
    """Train stock Rasa below `folder` and run the texts through it, four messages a conversation."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder, data_dir)
    began = perf_counter()
    result = train(str(folder / "domain.yml"), str(folder / "config.yml"), [str(folder / "data.yml")], output=str(folder / "models"))
    train_s = perf_counter() - began
    assert result.model is not None, "stock Rasa did not train"
    spent = asyncio.run(_turns(result.model, texts))
    return Stock(train_s, statistics.mean(spent), statistics.quantiles(spent, n=20)[-1])


async def _turns(model: str, texts: list[str]) -> list[float]:
    agent = Agent.load(model)
    for text in texts[:20]:
        await agent.handle_text(text, sender_id="warm")
    spent = []
    for number, text in enumerate(texts):
        start = process_time()
        await agent.handle_text(text, sender_id=f"stock-{number // 4}")
        spent.append((process_time() - start) * 1000)
    return spent


def _write(folder: Path, data_dir: Path) -> None:
    by_label: dict[str, list[str]] = {}
    for line in read(data_dir):
        by_label.setdefault(line.label, []).append(line.text.replace("[", "（").replace("]", "）"))
    names = {label: label.replace(".", "_") for label in by_label}
    nlu = [{"intent": names[label], "examples": "".join(f"- {text}\n" for text in rows)} for label, rows in by_label.items()]
    rules = [{"rule": name, "steps": [{"intent": name}, {"action": f"utter_{name}"}]} for name in names.values()]
    pairs = list(names.values())
    stories = [
        {"story": f"{a} {b}", "steps": [{"intent": a}, {"action": f"utter_{a}"}, {"intent": b}, {"action": f"utter_{b}"}]}
        for a, b in zip(pairs, pairs[1:], strict=False)
    ]
    data = {"version": "3.1", "nlu": nlu, "rules": rules, "stories": stories}
    domain = {"version": "3.1", "intents": pairs, "responses": {f"utter_{name}": [{"text": name}] for name in pairs}}
    (folder / "config.yml").write_text(CONFIG, encoding="utf-8")
    (folder / "data.yml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    (folder / "domain.yml").write_text(yaml.safe_dump(domain, allow_unicode=True), encoding="utf-8")
