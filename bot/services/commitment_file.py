"""data/shop/commitments.yml as it reads now."""

from __future__ import annotations

from pathlib import Path

from bot.desk.commitment_words import Commitments, read_commitments
from bot.yaml_file import read_yaml


def load_commitments(data_dir: Path | str = "data") -> Commitments:
    """By which words a promise is found; DataError with every problem, each with its line."""
    path = Path(data_dir) / "shop" / "commitments.yml"
    return read_commitments(read_yaml(path, use="客服话里的承诺按它来认", marks=True), str(path))
