"""`python -m bot gateway` and `python -m bot talk` as an operator starts them."""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.commands.talk import Desk, DeskAway, Talk, checked_url, owner_words, printable
from bot.errors import BadInput
from bot.stores.record import Record
from tests.places import own_port

ROOT = Path(__file__).parents[2]
Words = tuple[str, ...]


@pytest.fixture
def environ(redis_url: str, own_database_url: str, key_prefix: str, tmp_path: Path) -> dict[str, str]:
    """The settings of a desk on the run's stores."""
    asked = {
        "REDIS_URL": redis_url,
        "DATABASE_URL": own_database_url,
        "KEY_PREFIX": key_prefix,
        "VAR_DIR": str(tmp_path),
        "REPLY_WAIT_S": "0.3",
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QIANTAI_")}
    return kept | {f"QIANTAI_{name}": value for name, value in asked.items()} | {"QIANTAI_PORT": str(own_port())}


def bot(environ: dict[str, str], *words: str, given: bytes = b"") -> subprocess.CompletedProcess[str]:
    done = subprocess.run([sys.executable, "-m", "bot", *words], cwd=ROOT, env=environ, input=given, capture_output=True, timeout=60)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def gateway(environ: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A gateway that listens."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "gateway"], cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    assert f"http://127.0.0.1:{environ['QIANTAI_PORT']}" in process.stdout.readline()
    yield process
    process.terminate()
    process.communicate(timeout=20)


def test_a_taken_port_is_a_sentence_with_a_way_out(environ: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", int(environ["QIANTAI_PORT"])))
        taken.listen()
        done = bot(environ, "gateway")
    assert done.returncode == 2
    assert environ["QIANTAI_PORT"] in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_impossible_port_is_a_sentence(environ: dict[str, str]) -> None:
    done = bot(environ, "gateway", "--port", "70000")
    assert (done.returncode, "65535" in done.stderr) == (2, True)


def test_what_is_no_http_is_refused_and_its_bytes_stay_out_of_the_log(environ: dict[str, str], gateway: subprocess.Popen[str]) -> None:
    with socket.create_connection(("127.0.0.1", int(environ["QIANTAI_PORT"])), timeout=10) as link:
        link.sendall(b"GET / HTTP/1.1\r\nContent-Length: SECRETWORDS\r\n\r\n")
        assert b" 400 " in link.recv(4000)
    gateway.terminate()
    logged, _ = gateway.communicate(timeout=20)
    assert "not HTTP" in logged
    assert "SECRETWORDS" not in logged
    assert "Traceback" not in logged


def test_a_signal_ends_it_cleanly_after_the_open_requests(environ: dict[str, str], gateway: subprocess.Popen[str]) -> None:
    key = bot(environ, "staff", "add", "shop", "--role", "integration").stdout.strip()
    url = f"http://127.0.0.1:{environ['QIANTAI_PORT']}/webhooks/rest/webhook"
    body = json.dumps({"sender": "s", "message": "在吗"}).encode()

    async def send_and_stop() -> bytes:
        request = urllib.request.Request(url, body, {"Authorization": f"Bearer {key}"})
        open_request = asyncio.create_task(asyncio.to_thread(lambda: urllib.request.urlopen(request, timeout=10).read()))
        redis = Redis.from_url(environ["QIANTAI_REDIS_URL"], decode_responses=True)
        while not await Record(redis, environ["QIANTAI_KEY_PREFIX"]).events("s"):
            await asyncio.sleep(0.01)
        await redis.aclose()
        gateway.send_signal(signal.SIGTERM)
        return await open_request

    assert json.loads(asyncio.run(send_and_stop())) == []
    assert gateway.wait(20) == 0


def test_talk_makes_itself_a_key_once_and_reads_a_pipe_of_odd_bytes(environ: dict[str, str], gateway: subprocess.Popen[str]) -> None:
    for _ in range(2):
        done = bot(environ, "talk", "--buyer", "b1001", "--sender", "me", given="你好\n".encode() + b"\xff\xfe\n\n/quit\nnever\n")
        assert done.returncode == 0, done.stderr
        assert "您> 你好" in done.stdout
        assert "已收下" in done.stdout
        assert "never" not in done.stdout
    assert bot(environ, "staff", "list").stdout.count("talk ") == 1
    assert (Path(environ["QIANTAI_VAR_DIR"]) / "secrets" / "talk_key").stat().st_mode & 0o077 == 0


def test_talk_replaces_a_key_that_was_disabled_or_lost(environ: dict[str, str], gateway: subprocess.Popen[str]) -> None:
    secrets = Path(environ["QIANTAI_VAR_DIR"]) / "secrets"
    secrets.mkdir(parents=True, exist_ok=True)
    (secrets / "talk_key").write_text("qt_" + "0" * 43)
    assert bot(environ, "talk", given="你好\n".encode()).returncode == 0


def test_talk_without_a_desk_names_the_command_to_run(environ: dict[str, str]) -> None:
    done = bot(environ, "talk", given="你好\n".encode())
    assert (done.returncode, "make run" in done.stderr) == (2, True)


class SomeDesk(Desk):
    """Answers from a list of logs, keeps what was sent."""

    def __init__(self, *logs: list[dict[str, object]]) -> None:
        super().__init__("http://desk", "k")
        self.logs = list(logs)
        self.sent: list[str] = []

    def call(self, method: str, path: str, body: dict[str, object] | None = None) -> object:
        assert path.startswith("/")
        if method == "POST":
            assert body is not None
            self.sent.append(str(body["message"]))
            return []
        return {"log": self.logs.pop(0), "owner": "bot", "ticket": None}


def a_talk(desk: Desk, *, debug: bool = False) -> tuple[Talk, io.StringIO]:
    out = io.StringIO()
    return Talk(desk, "me", None, debug, out), out


def test_a_number_picks_the_button_of_the_last_lines() -> None:
    offer = [{"no": 2, "type": "say", "by": "bot", "text": "请选", "buttons": [["查物流", "我的快递到哪了"], ["退货", "怎么退货"]]}]
    desk = SomeDesk(offer, [{"no": 4, "type": "say", "by": "agent:小王", "text": "好"}], [])
    talk, out = a_talk(desk)
    assert talk.run(io.StringIO("你好\n2\n1\n")) == 0
    assert desk.sent == ["你好", "怎么退货", "1"]
    assert "[2] 退货" in out.getvalue()
    assert "客服 小王> 好" in out.getvalue()


def test_the_decision_is_shown_in_grey_to_who_asks_for_it() -> None:
    log: list[dict[str, object]] = [{"no": 2, "type": "decision", "decision": {"label": "chat.greet"}}]
    for debug in (True, False):
        talk, out = a_talk(SomeDesk(log), debug=debug)
        talk.run(io.StringIO("你好\n"))
        assert ('\033[90m{"label": "chat.greet"}' in out.getvalue()) is debug


def test_lines_cannot_steer_the_terminal() -> None:
    assert printable("您好\033[2J\x07") == "您好[2J"


def test_the_owner_is_said_in_words() -> None:
    assert owner_words("queue:reception", {"id": "T1", "label": "chat.human"}) == "转人工，在 reception 排队，工单 T1，标签 chat.human"
    assert owner_words("agent:小王", None) == "客服 小王 接待"


@pytest.mark.parametrize("url", ["127.0.0.1:8080", "ftp://x", "http://", "http://[x"])
def test_an_address_that_is_none_is_said(url: str) -> None:
    with pytest.raises(BadInput, match=re.escape("http://127.0.0.1:8080")):
        checked_url(url)


def test_nobody_at_the_address_is_desk_away() -> None:
    with pytest.raises(DeskAway, match="make run"):
        Desk(f"http://127.0.0.1:{own_port()}", "").call("GET", "/healthz")
