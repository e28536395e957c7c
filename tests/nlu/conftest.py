"""A small transformer, made on the spot: no test of the encoder needs a network."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a BERT of two narrow layers that reads characters, as sentence-transformers keeps it."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling
    from transformers import BertConfig, BertModel, BertTokenizerFast

    bert, whole = tmp_path_factory.mktemp("bert"), tmp_path_factory.mktemp("small")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted(set("快递包裹物流到哪里了没不动发票怎么开张抬头写错电子在我的那个请问东西要退货呢呀"))]
    (bert / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizerFast(vocab_file=str(bert / "vocab.txt"), vocab={word: number for number, word in enumerate(words)}).save_pretrained(bert)
    torch.manual_seed(3)
    BertModel(
        BertConfig(vocab_size=len(words), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, max_position_embeddings=64)
    ).save_pretrained(bert)
    layers = Transformer(str(bert))
    SentenceTransformer(modules=[layers, Pooling(32)], device="cpu").save(str(whole))
    return whole
