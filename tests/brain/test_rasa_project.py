"""The repository as an ordinary Rasa project: Rasa's own commands work on it, as trainers and newcomers know them."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from bot.servers import die_with_parent
from bot.stores.record import Record
from tests.places import own_port

ROOT = Path(__file__).parents[2]
RASA = str(Path(sys.executable).with_name("rasa"))
WAIT_S = 180
LINES_KEPT = 12
"""Sentences of each label: what is tested is that training works, not how good the model is."""
ONE_AFTER_THE_OTHER = """
import sys
from rasa.__main__ import main
for words in (["data", "validate"], ["train", "--out", "models"]):
    sys.argv = ["rasa", *words]
    try:
        main()
    except SystemExit as end:
        print("exit code", words[0], end.code or 0, flush=True)
        if end.code:
            raise
    else:
        print("exit code", words[0], 0, flush=True)
"""
"""`rasa data validate` and `rasa train` in one process: importing Rasa is most of the time of each."""
PREFIX = f"t{uuid4().hex[:12]}"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with less to train on."""
    folder = tmp_path_factory.mktemp("rasa") / "project"
    folder.mkdir()
    for name in ("config.yml", "domain.yml", "endpoints.yml"):
        shutil.copy(ROOT / name, folder)
    for name in ("data", "actions", "bot"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "web"))
    for name in ("faq", "dispute", "case", "chat", "out_of_scope"):
        shorten(folder / "data" / "nlu" / f"{name}.yml")
    return folder


def shorten(path: Path) -> None:
    kept: list[str] = []
    count = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        count = 0 if "- intent:" in line else count + line.startswith("    - ")
        if count <= LINES_KEPT or not line.startswith("    - "):
            kept.append(line)
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def commands(project: Path, redis_url: str, model_path: Path) -> Iterator[dict[str, Any]]:
    """Rasa's commands, started beside each other: each takes seconds to import Rasa."""
    bot, actions = own_port(), own_port()
    endpoints = (project / "endpoints.yml").read_text(encoding="utf-8")
    assert "localhost:5055" in endpoints
    (project / "endpoints.yml").write_text(endpoints.replace("localhost:5055", f"127.0.0.1:{actions}"), encoding="utf-8")
    (project / "credentials.yml").write_text("rest:\n", encoding="utf-8")
    env = os.environ | {
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "REDIS_URL": redis_url,
        "QIANTAI_KEY_PREFIX": PREFIX,
        "PYTHONPATH": str(project),
    }

    def start(name: str, *words: str) -> subprocess.Popen[bytes]:
        with (project / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                words, cwd=project, env=env, stdout=log, stderr=subprocess.STDOUT, preexec_fn=die_with_parent(signal.SIGKILL)
            )

    running = {
        "train": start("train", sys.executable, "-c", ONE_AFTER_THE_OTHER),
        "actions": start("actions", RASA, "run", "actions", "-p", str(actions)),
        "run": start("run", RASA, "run", "-i", "127.0.0.1", "-p", str(bot), "--model", str(model_path)),
    }
    try:
        yield {**running, "bot_url": f"http://127.0.0.1:{bot}", "actions_url": f"http://127.0.0.1:{actions}"}
    finally:
        for process in running.values():
            process.kill()
            process.wait()


def log_of(project: Path, name: str) -> str:
    return (project / f"{name}.log").read_text(encoding="utf-8", errors="replace")[-3000:]


async def reach(url: str, body: dict[str, str] | None = None) -> Any:
    """The JSON or text at `url`, waited for until the server is up."""

    def ask() -> str:
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(url, data, {"Content-Type": "application/json"}), timeout=30) as answer:
            return str(answer.read().decode())

    for _ in range(WAIT_S * 2):
        try:
            text = await asyncio.to_thread(ask)
        except (urllib.error.URLError, ConnectionError):
            await asyncio.sleep(0.5)
            continue
        return json.loads(text) if text[:1] in "[{" else text
    raise AssertionError(f"{url} never answered")


def test_rasa_finds_the_data_valid_and_trains(project: Path, commands: dict[str, Any]) -> None:
    code = commands["train"].wait(WAIT_S)
    told = (project / "train.log").read_text(encoding="utf-8", errors="replace")
    assert code == 0, told[-3000:]
    assert "exit code data 0" in told
    assert "exit code train 0" in told
    assert "No story structure conflicts found" in told
    assert len(list((project / "models").glob("*.tar.gz"))) == 1


async def test_rasa_run_and_its_action_server_answer_and_remember(project: Path, commands: dict[str, Any], redis: Redis) -> None:
    await reach(f"{commands['actions_url']}/health")
    await reach(commands["bot_url"])
    url = f"{commands['bot_url']}/webhooks/rest/webhook"
    turns = [await reach(url, {"sender": "s1", "message": text}) for text in ("我的电话13800138000，快递到哪了", "谢谢")]
    for items in turns:
        assert any(item.get("text") for item in items), log_of(project, "run")
        assert sum("envelope" in (item.get("custom") or {}) for item in items) == 1
    assert turns[0][-1]["custom"]["envelope"]["decision"]["label"] == "faq.tracking"
    stored = await Record(redis, PREFIX).tracker_load("s1")
    assert stored is not None
    assert stored[0]["matter"]["turns"] == 2
    assert "13800138000" not in json.dumps(stored)
    assert "快递到哪了" in json.dumps(stored, ensure_ascii=False)
