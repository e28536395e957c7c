"""A transformer as the sentence encoder: one of the Hugging Face hub or of a folder, as it is or fine-tuned on our lines. Needs torch.

Named in config.yml (`encoder: BAAI/bge-small-zh-v1.5`). It is fetched once, into the hub's own cache (HF_HOME), and travels in the model
archive afterwards: workers need no network. Its code must be of the libraries: code that comes with a model is not run.
"""

from __future__ import annotations

import copy
import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import numpy as np

from bot.errors import BotError
from bot.nlu.encoder_training import EncoderRecipe, pair_up
from bot.nlu.neighbours import Floats, Rows
from bot.nlu.pair_training import PairRecipe, train_on_pairs
from bot.quiet import quietly

Say = Callable[[str], None]
OWN = "own"
"""In config.yml: our own encoder (bot/nlu/encoder_training.py)."""
MAX_TOKENS = 128
"""Of a message; a batch is as wide as its longest, and few messages have more than 40 characters."""
BATCH = 64
# Of a repository what a model is loaded from, not the same weights in three formats.
WEIGHTS = ("*.safetensors", "*.bin")
BESIDE = ("*.json", "*.txt", "*.model")
OTHER_FORMATS = ["onnx/*", "openvino/*"]
PATIENCE_S = 10
"""Without an answer of the hub."""
WAY_OUT = "不用外部模型就在 config.yml 里写 encoder: own"


class EncoderMissing(BotError):
    """The encoder that config.yml names cannot be fetched, or is none."""

    code = "encoder_missing"


@dataclass(frozen=True)
class FineTuneRecipe:
    """Usual values for small models; two passes already draw the labels apart."""

    epochs: int = 2
    learning_rate: float = 3e-5
    scale: float = 20.0
    seed: int = 11


@dataclass(frozen=True)
class TransformerEncoder:
    """A SentenceTransformer with weights rounded to the half precision of its file: a loaded model answers as before."""

    model: Any

    def __post_init__(self) -> None:
        for weights in self.model.parameters():
            weights.data = weights.data.half().float()
        self.model.eval()

    def vector(self, features: str, rows: Rows) -> Floats:
        """One sentence, on one core: a worker has no more of its own, and threads that wait for each other cost more than they do."""
        import torch

        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            found: Floats = self.matrix([features], [rows])[0]
        finally:
            torch.set_num_threads(threads)
        return found

    def matrix(self, texts: Sequence[str], rows: Sequence[Rows]) -> Floats:  # noqa: ARG002
        """As `vector`, a row each."""
        found: Floats = self.model.encode(
            list(texts), batch_size=BATCH, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        ).astype(np.float32)
        found[[not text.strip() for text in texts]] = 0
        return found

    def save(self, folder: Path) -> None:
        """The model's files in half precision, the folder being made for them."""
        with quietly():
            copy.deepcopy(self.model).half().save(str(folder), create_model_card=False)

    @classmethod
    def load(cls, folder: Path) -> TransformerEncoder:
        """What `save` wrote, or any sentence-transformers or transformers model in a folder; EncoderMissing when it is none."""
        logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
        try:
            with quietly():
                import torch
                from sentence_transformers import SentenceTransformer
                from transformers.utils import logging as talk

                talk.disable_progress_bar()
                model = SentenceTransformer(str(folder), device="cpu", local_files_only=True, model_kwargs={"dtype": torch.float32})
        except Exception as error:  # Each of the libraries below says it in its own way.
            raise EncoderMissing(
                f"{folder} 不是能用的 sentence-transformers 模型文件夹（{_brief(error)}）：检查 config.yml 里 encoder 的路径，"
                f"或重新下载；{WAY_OUT}。(not a usable sentence-transformers model)"
            ) from error
        model.max_seq_length = min(model.max_seq_length or MAX_TOKENS, MAX_TOKENS)
        return cls(model)


def fetch(name: str, progress: Say = lambda _: None, patience_s: float = PATIENCE_S) -> TransformerEncoder:
    """The encoder of a folder, of the hub's cache, or of the hub; EncoderMissing with the way out, after `patience_s` of silence at the latest."""
    folder = Path(name).expanduser()
    if folder.is_dir():
        return TransformerEncoder.load(folder)
    if folder.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1:
        raise EncoderMissing(f"没有文件夹 {name}：检查 config.yml 里的 encoder；{WAY_OUT}。(no such folder)")
    return TransformerEncoder.load(_cached(name) or _download(name, progress, patience_s))


def fine_tune(
    encoder: TransformerEncoder, texts: Sequence[str], labels: Sequence[str], recipe: FineTuneRecipe = FineTuneRecipe(), progress: Say = lambda _: None
) -> TransformerEncoder:
    """A new encoder, for which Text.features of one label are near each other; the same with fewer than two labels, which teach nothing."""
    names = len(set(labels))
    if names < 2:
        return encoder
    ones, others = pair_up(labels, EncoderRecipe(epochs=recipe.epochs, seed=recipe.seed))
    model = copy.deepcopy(encoder.model)
    with quietly():
        train_on_pairs(
            model, [texts[n] for n in ones], [texts[n] for n in others], PairRecipe(names, recipe.learning_rate, recipe.scale, recipe.seed),
            lambda step: progress(f"调整编码器：{step}"),
        )
    return TransformerEncoder(model)


def _cached(name: str) -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError

    for weights in WEIGHTS:
        try:
            folder = Path(snapshot_download(name, local_files_only=True, allow_patterns=[*BESIDE, weights], ignore_patterns=OTHER_FORMATS))
        except HFValidationError as error:
            raise EncoderMissing(f"{name!r} 不是模型名（如 BAAI/bge-small-zh-v1.5），也不是文件夹；{WAY_OUT}。(neither a model name nor a folder)") from error
        except OSError:
            continue
        if any(folder.rglob(weights)):
            return folder
    return None


def _download(name: str, progress: Say, patience_s: float) -> Path:
    import httpx
    from huggingface_hub import HfApi, constants, snapshot_download
    from huggingface_hub.errors import RepositoryNotFoundError
    from huggingface_hub.utils._paths import filter_repo_objects
    from huggingface_hub.utils.tqdm import disable_progress_bars

    if not sys.stderr.isatty():
        disable_progress_bars()
    try:
        # First a short question: a download to nowhere is tried again for minutes.
        info = HfApi().model_info(name, timeout=patience_s, files_metadata=True)
        sizes = {row.rfilename: row.size or 0 for row in info.siblings or ()}
        weights = next((kind for kind in WEIGHTS if any(fnmatch(file, kind) for file in sizes)), WEIGHTS[0])
        wanted: Any = {"allow_patterns": [*BESIDE, weights], "ignore_patterns": OTHER_FORMATS}
        size = sum(sizes[file] for file in filter_repo_objects(sizes, **wanted))
        progress(f"下载编码器 {name}：{size / 1e6:.1f} MB，只下载这一次，存到 {constants.HF_HUB_CACHE}")
        return Path(snapshot_download(name, etag_timeout=patience_s, **wanted))
    except RepositoryNotFoundError as error:
        raise EncoderMissing(
            f"{constants.ENDPOINT} 上没有模型 {name}，或者它不公开：检查 config.yml 里的 encoder；{WAY_OUT}。(no such model on the hub)"
        ) from error
    except (OSError, ValueError, httpx.HTTPError, httpx.InvalidURL) as error:
        raise EncoderMissing(
            f"取不到编码器 {name}：连不上 {constants.ENDPOINT}（{_brief(error)}）。连上网络再试；或在能上网的机器上下载，"
            f"把文件夹的路径写进 config.yml 的 encoder；{WAY_OUT}。(cannot fetch the encoder: hub not reachable)"
        ) from error


def _brief(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__)[:160]
