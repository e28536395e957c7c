"""A model as files: understanding.json and understanding.npz, and a folder encoder/ when a transformer makes the vectors. No pickle.

They lie in a folder, or somewhere inside Rasa's model archive.
"""

from __future__ import annotations

import json
import shutil
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from bot.nlu import lexicon
from bot.nlu.classifier import Classifier
from bot.nlu.neighbours import Encoder, Neighbours, UnitEncoder
from bot.nlu.subwords import SubwordVectors
from bot.nlu.transformer import TransformerEncoder

MODEL_FILE, WEIGHTS_FILE, ENCODER_FOLDER = "understanding.json", "understanding.npz", "encoder"
VERSION = 3
PARTS = ("labels", "families", "sharpness", "family_weight", "concept_weight", "exact_share", "vote", "nonsense")


def write(folder: Path, classifier: Classifier, beside: Mapping[str, Any]) -> None:
    """The classifier and what stands `beside` it (JSON) into an existing folder."""
    described: dict[str, Any] = {part: getattr(classifier, part) for part in PARTS}
    described |= {"v": VERSION, **beside, "known": list(classifier.known), "exact": dict(classifier.exact), "words": dict(classifier.lexicon.written)}
    arrays: dict[str, Any] = {"weights": classifier.weights}
    near, encoder = classifier.neighbours, classifier.encoder
    if near is not None:
        described["neighbours"] = {"texts": list(near.texts), "count": near.count, "heat": near.heat}
        arrays |= {"lines": near.vectors.astype(np.float16), "starts": near.starts}
    if isinstance(encoder, UnitEncoder):
        arrays["units"] = encoder.vectors.astype(np.float16)
    if isinstance(encoder, TransformerEncoder):
        (folder / ENCODER_FOLDER).mkdir()
        encoder.save(folder / ENCODER_FOLDER)
    if classifier.subwords is not None:
        arrays |= classifier.subwords.to_arrays()
    (folder / MODEL_FILE).write_text(json.dumps(described, ensure_ascii=False), encoding="utf-8")
    np.savez_compressed(folder / WEIGHTS_FILE, **arrays)


def read(path: Path) -> tuple[Classifier, Mapping[str, Any]]:
    """What `write` wrote, from a folder or an archive; OSError, TarError, ValueError, KeyError … when it cannot be read."""
    if path.is_dir():
        return _read_folder(path)
    with tempfile.TemporaryDirectory() as folder, tarfile.open(path, "r:gz") as archive:
        for member in archive:
            part = _part(member)
            content = archive.extractfile(member) if part else None
            if part and content is not None:
                target = Path(folder) / part
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("wb") as file:
                    shutil.copyfileobj(content, file)
        if not (Path(folder) / MODEL_FILE).exists():
            raise ValueError("an archive of something else")
        return _read_folder(Path(folder))


def _part(member: tarfile.TarInfo) -> str | None:
    """Where a file of Rasa's archive belongs among ours; None for what is not ours or leads elsewhere."""
    parts = PurePosixPath(member.name).parts
    if not member.isfile() or ".." in parts:
        return None
    if ENCODER_FOLDER in parts[:-1]:
        return "/".join(parts[parts.index(ENCODER_FOLDER) :])
    return parts[-1] if parts[-1] in (MODEL_FILE, WEIGHTS_FILE) else None


def _read_folder(folder: Path) -> tuple[Classifier, Mapping[str, Any]]:
    described = json.loads((folder / MODEL_FILE).read_bytes())
    if described["v"] != VERSION:
        raise ValueError(f"version {described['v']}")
    with np.load(folder / WEIGHTS_FILE, allow_pickle=False) as arrays:
        return _classifier(described, {name: arrays[name] for name in arrays.files}, folder), described


def _classifier(described: Mapping[str, Any], arrays: Mapping[str, Any], folder: Path) -> Classifier:
    near: Neighbours | None = None
    encoder: Encoder | None = None
    if "neighbours" in described:
        row = described["neighbours"]
        near = Neighbours(arrays["lines"].astype(np.float32), arrays["starts"], tuple(row["texts"]), row["count"], row["heat"])
    if "units" in arrays:
        encoder = UnitEncoder(arrays["units"].astype(np.float32))
    elif (folder / ENCODER_FOLDER).is_dir():
        encoder = TransformerEncoder.load(folder / ENCODER_FOLDER)
    return Classifier(
        tuple(described["labels"]), tuple(described["families"]), {gram: number for number, gram in enumerate(described["known"])},
        lexicon.build(described["words"]), arrays["weights"], described["sharpness"], described["family_weight"], described["concept_weight"],
        described["exact"], described["exact_share"], described["vote"], described["nonsense"], encoder, near,
        SubwordVectors.from_arrays(arrays),
    )
