"""`python -m bot triage` from outside, on what shops' logs really hold."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot import taxonomy
from bot.model import Understanding
from bot.services.desk_rules import load_severity
from bot.services.triage import severity, taker

KEYS = ["text", "label", "label2", "confidence", "guesses", "action", "group", "severity", "entities"]


def triage(model: Path, given: bytes, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "bot", "triage", "--model", str(model), *arguments]
    return subprocess.run(command, input=given, capture_output=True, timeout=120)


def rows(model: Path, given: bytes, *arguments: str) -> list[dict]:
    done = triage(model, given, *arguments)
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def test_odd_input_gets_a_row_each_in_order(model_path: Path) -> None:
    texts = ["退货怎么弄", "/restart", "😀😀", "。", "", "订单号 123456789012345678 到哪了", "  ", "\t", "{坏的 JSON", '"', "null", "我" * 300_000]
    found = rows(model_path, "\n".join(texts).encode() + b"\n")
    assert [row["text"] for row in found] == texts
    assert all(list(row) == KEYS for row in found)
    assert {row["label"] for row in found} <= set(taxonomy.load().labels)
    assert {row["action"] for row in found} <= {"answer", "guess", "rephrase", "hand_off"}
    assert [found[n]["action"] for n in (2, 3, 4, 6)] == ["rephrase"] * 4
    assert found[5]["entities"] == {"order_no": ["123456789012345678"]}


def test_binary_and_wrong_utf8_are_survived(model_path: Path) -> None:
    found = rows(model_path, b"\xff\xfe\x00\x01\x80\n" + bytes(range(256)).replace(b"\n", b"") + b"\n\xe9\x80\x80\xe8\xb4\n" + "转人工".encode())
    assert len(found) == 4
    assert found[-1]["label"] == "chat.human"


def test_json_lines_windows_ends_and_a_byte_order_mark_are_read(model_path: Path) -> None:
    found = rows(model_path, '\ufeff{"text": "转人工", "id": 3}\r\n退货怎么弄\r\n{"say": 1}\n{"text": "\\ud800"}\n'.encode())
    assert [row["text"] for row in found] == ["转人工", "退货怎么弄", '{"say": 1}', "?"]


def test_a_line_of_a_megabyte_is_answered(model_path: Path) -> None:
    (row,) = rows(model_path, ("我的快递到哪了，" * 50_000).encode())
    assert row["label"] == "faq.tracking"


def test_nothing_in_nothing_out(model_path: Path) -> None:
    assert rows(model_path, b"") == []


def test_groups_follow_phase_and_fallback(model_path: Path) -> None:
    texts = "发错货了\n重复扣款了，付了两次钱\n我要打12315投诉你们\n转人工\n怎么退货".encode()
    after = rows(model_path, texts, "--phase", "after_sales")
    during = rows(model_path, texts, "--phase", "promotion")
    assert [row["group"] for row in after] == ["exceptions", "exceptions", "supervisor", "reception", None]
    assert [row["group"] for row in during] == ["reception", "emergency", "supervisor", "reception", None]
    assert [row["action"] for row in after] == ["hand_off", "hand_off", "hand_off", "hand_off", "answer"]
    assert after[2]["severity"] == "serious"


def test_a_file_is_read_like_standard_input(model_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "messages.txt"
    path.write_text("转人工\n", encoding="utf-8")
    assert rows(model_path, b"", str(path)) == rows(model_path, "转人工\n".encode())


def test_a_missing_file_or_model_is_a_sentence_and_exit_code_two(model_path: Path, tmp_path: Path) -> None:
    no_file = triage(model_path, b"", str(tmp_path / "none.txt"))
    no_model = triage(tmp_path / "none.tar.gz", b"x")
    for done in (no_file, no_model):
        assert done.returncode == 2
        assert done.stdout == b""
        assert len(done.stderr.decode().strip().splitlines()) == 1
    assert "none.txt" in no_file.stderr.decode()
    assert "bot train" in no_model.stderr.decode()


def test_an_empty_model_folder_says_how_to_train(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "triage"], input=b"x", capture_output=True, timeout=60, env={**os.environ, "QIANTAI_MODEL_DIR": str(tmp_path)}
    )
    assert done.returncode == 2
    assert "bot train" in done.stderr.decode()


@pytest.mark.parametrize(
    ("label", "tone", "expected"),
    [
        ("dispute.escalation", set(), "serious"),
        ("case.privacy", set(), "serious"),
        ("dispute.product_quality", {"safety"}, "serious"),
        ("dispute.product_quality", {"threat"}, "serious"),
        ("dispute.product_quality", set(), "minor"),
        ("faq.product_question", {"safety"}, "normal"),
        ("case.not_received", set(), "normal"),
    ],
)
def test_severity(label: str, tone: set[str], expected: str) -> None:
    understood = Understanding("…", label, 0.9, tone=frozenset(tone))
    assert severity(understood, {"dispute.product_quality": "minor"}, load_severity()).value == expected


def test_the_taker_is_the_claim_or_the_wish_for_a_person() -> None:
    guesses = (("faq.exchange", 0.4), ("case.not_received", 0.3))
    assert taker(Understanding("…", "dispute.invoice", 0.9)) == "dispute.invoice"
    assert taker(Understanding("…", "faq.exchange", 0.9, tone=frozenset({"human"}))) == "chat.human"
    assert taker(Understanding("…", "faq.exchange", 0.4, guesses, p_claim=0.6)) == "case.not_received"
