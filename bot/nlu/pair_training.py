"""Training of any sentence-transformers model on pairs that belong together, the other pairs of a batch being what they are told from.

Its MultipleNegativesRankingLoss and its trainer; the pairs in the order given. Seeded. Needs torch.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Say = Callable[[str], None]


@dataclass(frozen=True)
class PairRecipe:
    """How a model is trained on pairs."""

    batch: int
    learning_rate: float
    scale: float = 20.0
    """Of the cosines in the loss."""
    seed: int = 11


def train_on_pairs(model: Any, ones: Sequence[str], others: Sequence[str], recipe: PairRecipe, progress: Say) -> None:
    """One pass of the model (changed in place) over the pairs; `progress` gets "20/100 步"."""
    from datasets import Dataset
    from sentence_transformers import SentenceTransformerTrainer, SentenceTransformerTrainingArguments
    from sentence_transformers.base.sampler import DefaultBatchSampler
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
    from torch.utils.data import SequentialSampler
    from transformers import PrinterCallback

    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)

    class InOrder(SentenceTransformerTrainer):  # type: ignore[misc]
        """Takes the pairs as they come, and writes no model card: nobody publishes this model, and a card's examples cost seconds."""

        def get_batch_sampler(self, dataset: Any, batch_size: int, drop_last: bool, *_: Any, **__: Any) -> Any:
            return DefaultBatchSampler(SequentialSampler(dataset), batch_size=batch_size, drop_last=drop_last)

        def add_model_card_callback(self, *_: Any) -> None:
            return

    with tempfile.TemporaryDirectory() as folder:
        arguments = SentenceTransformerTrainingArguments(
            output_dir=folder, max_steps=max(1, len(ones) // recipe.batch), per_device_train_batch_size=recipe.batch,
            learning_rate=recipe.learning_rate, lr_scheduler_type="cosine", warmup_steps=0.1, weight_decay=0.01, seed=recipe.seed,
            save_strategy="no", logging_strategy="no", report_to="none", disable_tqdm=True, use_cpu=True, full_determinism=False,
        )
        data = Dataset.from_dict({"anchor": list(ones), "positive": list(others)})
        loss = MultipleNegativesRankingLoss(model, scale=recipe.scale)
        trainer = InOrder(model=model, args=arguments, train_dataset=data, loss=loss)
        trainer.remove_callback(PrinterCallback)
        trainer.add_callback(_callback(progress))
        trainer.train()
    model.eval()


def _callback(progress: Say) -> Any:
    from transformers import TrainerCallback

    class Fifths(TrainerCallback):  # type: ignore[misc]
        """Says each fifth of the way."""

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ARG002
            fifth = max(1, state.max_steps // 5)
            if state.global_step % fifth == 0:
                progress(f"{state.global_step}/{state.max_steps} 步")

    return Fifths()
