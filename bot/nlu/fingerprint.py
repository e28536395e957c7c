"""What a model was made from, as a short hash: unchanged data and code need no new model."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

PACKAGE = Path(__file__).parent
NOT_IN_A_MODEL = frozenset({"registry.py"})
"""Modules that a model does not depend on: a change there asks for no training."""
DATA_FILES = ("faq", "dispute", "case", "chat", "out_of_scope", "words", "tone", "contrast")


def code() -> list[Path]:
    """The modules that a model depends on."""
    return [path for path in sorted(PACKAGE.glob("*.py")) if path.name not in NOT_IN_A_MODEL]


def of_files(paths: Iterable[Path]) -> str:
    """Twelve hex digits over names and contents; a missing file counts as empty."""
    digest = hashlib.sha256()
    for path in paths:
        there = path.is_file()
        digest.update(f"{path.name} {path.stat().st_size if there else 0}\n".encode())
        if there:
            with path.open("rb") as file:
                # A shop's logs may be larger than the memory.
                while block := file.read(1 << 20):
                    digest.update(block)
    return digest.hexdigest()[:12]


def classifier_inputs(data_dir: Path | str, logs: Path | str | None = None) -> list[Path]:
    """What the classifier is made from beside Rasa's training data and its configuration; `logs`: a shop's chats."""
    return [*code(), *(Path(data_dir) / "nlu" / f"{name}.yml" for name in ("words", "tone", "contrast")), *([Path(logs)] if logs else [])]


def model_inputs(root: Path, data_dir: Path | str, logs: Path | str | None = None) -> list[Path]:
    """What a whole model is made from: our code, sentences, words, rules, domain, pipeline."""
    data = [Path(data_dir) / "nlu" / f"{name}.yml" for name in DATA_FILES]
    return [*code(), *data, Path(data_dir) / "rules.yml", root / "domain.yml", root / "config.yml", *([Path(logs)] if logs else [])]
