"""A transformer as encoder, with a small one made on the spot: from a folder, fine-tuned, kept; and what cannot be had is said in time."""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest

from bot.nlu.transformer import EncoderMissing, FineTuneRecipe, TransformerEncoder, fetch, fine_tune

PARCELS = ["快递到哪了", "包裹到哪里了", "快递没到", "物流不动了"]
INVOICES = ["发票怎么开", "开张发票", "发票抬头写错了", "电子发票在哪"]
TEXTS, LABELS = PARCELS + INVOICES, ["faq.tracking"] * 4 + ["faq.invoice"] * 4
SHA = "0123456789abcdef0123456789abcdef01234567"
NO_ROWS: list[list[int]] = [[] for _ in TEXTS]


@pytest.fixture(scope="session")
def encoder(small_model: Path) -> TransformerEncoder:
    return fetch(str(small_model))


def name_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def at_hub(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Whoever asks the hub asks there."""
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", address)
    monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", address + "/{repo_id}/resolve/{revision}/{filename}")


def apart(encoder: TransformerEncoder) -> float:
    """How much nearer lines of one label are to each other than to the other label's."""
    near = (vectors := encoder.matrix(TEXTS, NO_ROWS)) @ vectors.T
    return float((near[:4, :4].mean() + near[4:, 4:].mean()) / 2 - near[:4, 4:].mean())


def test_a_sentence_becomes_a_direction_and_nothing_becomes_zeros(encoder: TransformerEncoder) -> None:
    matrix = encoder.matrix([*TEXTS, ""], [*NO_ROWS, []])
    assert matrix.shape == (9, 32) and matrix.dtype == np.float32
    assert np.linalg.norm(matrix, axis=1) == pytest.approx([1] * 8 + [0], abs=1e-5)
    assert encoder.vector(TEXTS[0], []) == pytest.approx(matrix[0], abs=1e-5)
    assert not encoder.vector(" ", []).any()


def test_fine_tuning_draws_labels_apart_and_leaves_the_first_encoder_alone(encoder: TransformerEncoder) -> None:
    before, said = encoder.matrix(TEXTS, NO_ROWS), []  # type: ignore[var-annotated]
    tuned = fine_tune(encoder, TEXTS, LABELS, FineTuneRecipe(epochs=10, learning_rate=3e-3), said.append)
    assert apart(tuned) > apart(encoder) + 0.3
    assert np.array_equal(encoder.matrix(TEXTS, NO_ROWS), before)
    assert said[-1] == "调整编码器：20/20 步"
    again = fine_tune(encoder, TEXTS, LABELS, FineTuneRecipe(epochs=10, learning_rate=3e-3))
    assert np.array_equal(again.matrix(TEXTS, NO_ROWS), tuned.matrix(TEXTS, NO_ROWS))
    assert fine_tune(encoder, PARCELS, LABELS[:4]) is encoder


def test_what_is_kept_comes_back_the_same_in_half_the_bytes(encoder: TransformerEncoder, small_model: Path, tmp_path: Path) -> None:
    tuned = fine_tune(encoder, TEXTS, LABELS, FineTuneRecipe(epochs=4, learning_rate=1e-3))
    tuned.save(tmp_path / "encoder")
    assert np.array_equal(TransformerEncoder.load(tmp_path / "encoder").matrix(TEXTS, NO_ROWS), tuned.matrix(TEXTS, NO_ROWS))
    sizes = [next(folder.rglob("*.safetensors")).stat().st_size for folder in (tmp_path / "encoder", small_model)]
    assert sizes[0] < 0.6 * sizes[1]


def test_a_folder_that_is_no_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderMissing, match="不是能用的") as caught:
        fetch(str(tmp_path))
    assert str(tmp_path) in str(caught.value) and "encoder: own" in str(caught.value)


def test_a_model_with_broken_weights_is_named(small_model: Path, tmp_path: Path) -> None:
    broken = shutil.copytree(small_model, tmp_path / "broken")
    next(broken.rglob("*.safetensors")).write_bytes(b"no weights")
    with pytest.raises(EncoderMissing, match="不是能用的"):
        fetch(str(broken))


@pytest.mark.parametrize("name", ["./nowhere", "/nowhere/at/all", "a/b/c", "~/no-such-model"])
def test_a_folder_that_is_not_there_is_not_looked_for_on_the_hub(name: str) -> None:
    with pytest.raises(EncoderMissing, match="没有文件夹"):
        fetch(name)


@pytest.mark.parametrize("name", ["BAAI/bge small", "中文/模型", "a--b"])
def test_what_can_be_no_name_is_said(name: str) -> None:
    with pytest.raises(EncoderMissing, match="不是模型名"):
        fetch(name)


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))


@pytest.fixture
def silent_hub() -> Iterator[str]:
    """The address of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def hub(small_model: Path) -> Iterator[tuple[str, list[str]]]:
    """The address of a hub that has one model, shop/small, and what was asked of it."""
    asked: list[str] = []
    files = {str(path.relative_to(small_model)): path.read_bytes() for path in small_model.rglob("*") if path.is_file()}
    files |= {"pytorch_model.bin": b"the same weights", "onnx/model.onnx": b"the same weights", "onnx/config.json": b"{}"}

    class Hub(BaseHTTPRequestHandler):
        """As much of the hub as a download needs."""

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            asked.append(f"{self.command} {path}")
            if path == "/api/models/shop/small" or path.startswith("/api/models/shop/small/revision"):
                rows = [{"rfilename": name, "size": len(content)} for name, content in files.items()]
                self.answer(json.dumps({"id": "shop/small", "sha": SHA, "siblings": rows}).encode())
            elif path.startswith("/api/models/shop/small/tree"):
                tree = [{"type": "file", "path": name, "size": len(content), "oid": name_of(content)} for name, content in files.items()]
                self.answer(json.dumps(tree).encode())
            elif path.startswith(f"/shop/small/resolve/{SHA}/"):
                self.answer(files[path.split(f"{SHA}/", 1)[1]])
            else:
                self.send_response(404)
                self.send_header("X-Error-Code", "RepoNotFound")
                self.send_header("Content-Length", "0")
                self.end_headers()

        do_HEAD = do_GET

        def answer(self, content: bytes) -> None:
            self.send_response(200)
            for name, value in {"Content-Length": str(len(content)), "ETag": f'"{name_of(content)}"', "X-Repo-Commit": SHA}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


@pytest.mark.usefixtures("empty_cache")
def test_a_model_is_fetched_from_the_hub_once(
    hub: tuple[str, list[str]], encoder: TransformerEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, asked = hub
    at_hub(monkeypatch, address)
    said: list[str] = []
    fetched = fetch("shop/small", said.append)
    assert np.array_equal(fetched.matrix(TEXTS, NO_ROWS), encoder.matrix(TEXTS, NO_ROWS))
    assert len(said) == 1 and said[0].startswith("下载编码器 shop/small：0.1 MB")
    assert not [line for line in asked if "onnx" in line or line.endswith(".bin")], "the same weights in other formats"
    asked.clear()
    fetch("shop/small", said.append)
    assert asked == [] and len(said) == 1, "the cache has it"
    with pytest.raises(EncoderMissing, match="没有模型 shop/other"):
        fetch("shop/other")


@pytest.mark.usefixtures("empty_cache")
def test_a_hub_that_never_answers_is_given_up(silent_hub: str, monkeypatch: pytest.MonkeyPatch) -> None:
    at_hub(monkeypatch, silent_hub)
    started = time.monotonic()
    with pytest.raises(EncoderMissing, match="取不到编码器 nobody/nothing") as caught:
        fetch("nobody/nothing", patience_s=0.3)
    assert silent_hub in str(caught.value) and "cannot fetch" in str(caught.value)
    assert time.monotonic() - started < 60, "it hangs"


@pytest.mark.usefixtures("empty_cache")
def test_a_hub_that_is_not_there_and_working_offline_are_told(unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    at_hub(monkeypatch, f"http://127.0.0.1:{unused_tcp_port}")
    with pytest.raises(EncoderMissing, match="连不上"):
        fetch("nobody/nothing")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(EncoderMissing, match="取不到编码器"):
        fetch("nobody/nothing")
