"""What config.yml may add to the fitting: a shop's own chats (`logs`), another encoder (`encoder`, `fine_tune`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.nlu import fitting, logs, transformer
from bot.nlu.classifier import Classifier
from bot.nlu.fitting import MakeEncoder, Recipe, Say
from bot.nlu.logs import ChatLog
from bot.nlu.neighbours import Encoder, Rows
from bot.nlu.subword_training import fit_subwords


def fit_as_configured(
    lines: Sequence[tuple[str, str]], words: Mapping[str, str], recipe: Recipe, config: Mapping[str, Any], progress: Say
) -> Classifier:
    """`fitting.fit` with what the configuration asks for; BadInput for logs, EncoderMissing for an encoder that cannot be had."""
    log = _log(config["logs"], progress)
    subwords = fit_subwords(log, progress=progress) if log else None
    if config["encoder"] == transformer.OWN:
        maker = fitting.own_encoder(recipe, logs.neighbouring(log) if log else ())
    else:
        maker = _transformer(config["encoder"], fine_tune=config["fine_tune"], progress=progress)
    return fitting.fit(lines, words, recipe, progress, maker, subwords)


def _log(path: str | None, progress: Say) -> ChatLog | None:
    if path is None:
        return None
    log = logs.read(Path(path), progress)
    if log.too_small:
        progress(log.too_small)
        return None
    return log


def _transformer(name: str, *, fine_tune: bool, progress: Say) -> MakeEncoder:
    fetched = transformer.fetch(name, progress)

    def make(texts: Sequence[str], labels: Sequence[str], units_of: Callable[[str], Rows], units: int, say: Say) -> Encoder:  # noqa: ARG001
        return transformer.fine_tune(fetched, texts, labels, progress=say) if fine_tune else fetched

    return make
