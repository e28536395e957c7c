"""Making a model with Rasa as a library: checked data in, one finished archive out, a half-written one never in sight.

Archives are named `20261111-203000-<fingerprint>.tar.gz`; bot/nlu/registry.py keeps them and knows which one answers.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from ruamel.yaml import YAML

from bot import taxonomy, training_data
from bot.errors import BotError, DataError
from bot.nlu import fingerprint, lexicon, registry, tone
from bot.nlu.understander import Understander

ROOT = Path(__file__).parents[2]


class TrainingFailed(BotError):
    """Rasa stopped without a model."""

    code = "training_failed"


def up_to_date(data_dir: Path, model_dir: Path, root: Path = ROOT, logs: Path | None = None) -> Path | None:
    """The model that was made from exactly what is there now, else None."""
    return registry.made_from(model_dir, _made_from(data_dir, root, logs))


def check(data_dir: Path) -> int:
    """The number of sentences, contrast pairs too; DataError with every problem of the training data."""
    problems: list[str] = []
    found: tuple[training_data.Sentence, ...] = ()
    try:
        found = training_data.read(data_dir) + training_data.read_contrast(data_dir)
        labels = taxonomy.load(data_dir)
        problems += training_data.problems(found, labels) + training_data.border_problems(training_data.read_borders(data_dir), labels)
    except DataError as error:
        problems += error.problems
    for load in (lexicon.load, tone.load):
        try:
            load(data_dir)
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return len(found)


def train(
    data_dir: Path, model_dir: Path, now: datetime, say: Callable[[str], None], root: Path = ROOT, logs: Path | None = None
) -> Path:
    """Train a model from what is there now; its archive, noted, and live if no other can be. Old models that nobody goes back to are removed.

    `logs`: a shop's own chats, instead of what config.yml names.
    """
    say(f"读取 {data_dir / 'nlu'} …")
    lines, started = check(data_dir), time.monotonic()
    say(f"共 {lines} 句，开始训练（Rasa 启动要几秒）…")
    made_from = _made_from(data_dir, root, logs)
    model_dir.mkdir(parents=True, exist_ok=True)
    target = model_dir / f"{now:%Y%m%d-%H%M%S}-{made_from}.tar.gz"
    # Beside the target, so that the finished file comes into sight with one rename; its name is no model's name.
    working = Path(tempfile.mkdtemp(prefix=".training-", dir=model_dir))
    try:
        archive = _train_with_rasa(_config(data_dir, working, root, logs), data_dir, working, root, say)
        archive.replace(target)
    finally:
        shutil.rmtree(working, ignore_errors=True)
    facts = {
        "fingerprint": made_from, "code": fingerprint.of_files(fingerprint.code()), "lines": lines, "made_at": now.isoformat(),
        "seconds": round(time.monotonic() - started, 1), "bytes": target.stat().st_size,
    }
    if registry.add(model_dir, target, facts, Understander.load, now):
        say(f"模型 {target.name} 已上线：没有别的模型可用。")
    for old in registry.prune(model_dir):
        say(f"删除旧模型 {old}")
    return target


def _train_with_rasa(config: Path, data_dir: Path, working: Path, root: Path, say: Callable[[str], None]) -> Path:
    _quiet()
    with warnings.catch_warnings():
        # Not a filter: Rasa's libraries set filters of their own while they load.
        warnings.showwarning = lambda *_, **__: None
        from rasa.model_training import train as rasa_train
        from rasa.shared.exceptions import RasaException

        progress = _Progress(_aside(say))
        log = logging.getLogger("bot.nlu.components")
        log.addHandler(progress)
        log.setLevel(logging.INFO)
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                result = rasa_train(
                    domain=str(root / "domain.yml"), config=str(config), output=str(working), fixed_model_name="model",
                    training_files=[str(data_dir / "nlu" / f"{name}.yml") for name in training_data.FILES] + [str(data_dir / "rules.yml")],
                )
        except Exception as error:
            # Rasa wraps what a component says: "line 3 of the logs is no JSON" is for the trainer, not for errors.log.
            if isinstance(error.__cause__, BotError):
                raise error.__cause__ from error
            if isinstance(error, RasaException):
                raise TrainingFailed(f"Rasa 没有训练出模型：{error}") from error
            raise
        finally:
            log.removeHandler(progress)
    if not result.model or result.code != 0:
        raise TrainingFailed("Rasa 没有训练出模型，看上面的报错；也可以运行 rasa train 看完整输出")
    return Path(result.model)


def _made_from(data_dir: Path, root: Path, logs: Path | None) -> str:
    return fingerprint.of_files(fingerprint.model_inputs(root, data_dir, logs or _classifier_settings(root).get("logs")))


def _classifier_settings(root: Path) -> dict[str, Any]:
    rows = YAML(typ="safe").load(root / "config.yml")["pipeline"]
    return next((row for row in rows if row["name"].endswith("TaxonomyClassifier")), {})


def _config(data_dir: Path, working: Path, root: Path, logs: Path | None) -> Path:
    """config.yml; with the folder of the data and the logs written in where they are not the usual ones."""
    unusual: dict[str, str] = {}
    if data_dir.resolve() != Path("data").resolve():
        unusual["data_dir"] = str(data_dir)
    if logs is not None:
        unusual["logs"] = str(logs.resolve())
    if not unusual:
        return root / "config.yml"
    yaml = YAML()
    config: Any = yaml.load(root / "config.yml")
    for row in config["pipeline"]:
        if row["name"].endswith("TaxonomyClassifier"):
            row.update(unusual)
    yaml.dump(config, working / "config.yml")
    return working / "config.yml"


def _quiet() -> None:
    """Rasa and TensorFlow say much that is not for trainers."""
    os.environ.update({"TF_CPP_MIN_LOG_LEVEL": "3", "RASA_TELEMETRY_ENABLED": "false", "LOG_LEVEL": "ERROR", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"})
    for name in ("rasa", "tensorflow", "matplotlib", "numexpr"):
        logging.getLogger(name).setLevel(logging.ERROR)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


def _aside(say: Callable[[str], None]) -> Callable[[str], None]:
    """`say` on today's standard output, while Rasa's own sentences there are caught."""
    out = sys.stdout

    def aside(line: str) -> None:
        with contextlib.redirect_stdout(out):
            say(line)

    return aside


class _Progress(logging.Handler):
    """Hands the component's progress lines on."""

    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__(logging.INFO)
        self._say = say

    def emit(self, record: logging.LogRecord) -> None:
        self._say(record.getMessage())
