"""What trainers do to a file: refused in Chinese with file, line and way out, and never a crash."""

from __future__ import annotations

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.checked_yaml import place
from bot.errors import DataError
from bot.services.fresh import Fresh
from bot.yaml_file import read_yaml


def said(path: Path) -> str:
    with pytest.raises(DataError) as refused:
        read_yaml(path, marks=True)
    (problem,) = refused.value.problems
    return problem


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("a: 1\nb:\n\tc: 1\n", 3, "Tab 键"),
        ("a: 1\nb: [1, 2\n", 3, "写到一半就没有了"),
        ("a: 1\nb: [1,", 2, "写到一半就没有了"),
        ('a: 1\nb: "说到一半\n', 3, "写到一半就没有了"),
        ("a: 1\nb: 2\na: 3\n", 3, "同一个键写了两次"),
        ("a: 说：好\nb: 时间: 明天\n", 2, "冒号用错了地方"),
        ("a: {x: 1\nb: 2\n", 2, "括号里少了逗号"),
        ("a:\n  - 1\n b: 2\n", 3, "缩进没有对齐"),
        ("a: 1\nb: @小林\n", 2, "要加引号"),
        ("a: 1\nb: *小林\n", 2, "要加引号"),
    ],
)
def test_the_line_and_what_is_wrong_with_it(tmp_path: Path, content: str, line: int, words: str) -> None:
    path = tmp_path / "x.yml"
    path.write_text(content, encoding="utf-8")
    problem = said(path)
    assert problem.startswith(f"{path}:{line}: 不是正确的 YAML（") and words in problem


@pytest.mark.parametrize("content", [b"a: \x00", b"a: " + b"[" * 3000, "a: 退款".encode("gbk"), "a: 退款".encode("utf-16")])
def test_what_is_no_text_or_too_deep_is_said_too(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.yml"
    path.write_bytes(content)
    problem = said(path)
    assert problem.startswith(f"{path}: ") and any("\u4e00" <= letter <= "\u9fff" for letter in problem)


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "x.yml"
    path.write_bytes(b"\xef\xbb\xbf" + "a: 退款".encode())
    assert read_yaml(path) == {"a": "退款"}


def test_a_missing_file_and_a_folder_have_their_way_out(tmp_path: Path) -> None:
    (tmp_path / "folder.yml").mkdir()
    assert "没有这个文件，把它放回来" in said(tmp_path / "none.yml")
    assert "这是文件夹" in said(tmp_path / "folder.yml")


def test_a_reader_that_fails_unforeseen_leaves_the_old_rules_and_the_process(tmp_path: Path) -> None:
    path = tmp_path / "x.yml"
    path.write_text("1")
    fresh = Fresh([path], lambda: 10 // int(path.read_text()), "rules")
    path.write_text("00")
    with capture_logs() as logs:
        assert (fresh.refresh(), fresh.refresh(), fresh()) == (False, False, 10)
    assert [(log["event"], log["problems"]) for log in logs] == [("rules_refused", ["读不了：ZeroDivisionError"])]
    path.write_text("5 ")
    assert (fresh.refresh(), fresh()) == (True, 2)


def test_a_place_reads_from_the_outside_in() -> None:
    assert place(("rules", 0, "duties", 2)) == "rules 第 1 项 duties 第 3 项："
    assert (place(("quick", "any", 1)), place(())) == ("quick.any 第 2 项：", "")
