"""Reading labelled messages; own sets that are not there, or know labels that the taxonomy does not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.errors import BadInput
from bot.quality.cases import PROJECT, Case, own_sets, read_cases, sets_folder


def written(path: Path, *rows: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def test_a_line_has_text_label_and_perhaps_more(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", {"text": "在吗", "label": "chat.greet"}, {"text": "几时到", "label": "a.b", "alt": ["c.d"], "border": "a.b | c.d"})
    assert read_cases(path) == [Case("在吗", "chat.greet"), Case("几时到", "a.b", ("c.d",), "a.b | c.d")]


@pytest.mark.parametrize(
    "row",
    [
        "{", "[]", '{"text": "在吗"}', '{"text": "在吗", "label": "a", "alt": 3}', '{"text": "在吗", "label": "a", "alt": "c.d"}',
        '{"text": null, "label": "a"}', '{"text": "在吗", "label": "a", "alt": [null]}',
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, row: str) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "好", "label": "chat.affirm"}\n\n' + row + "\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"a\.jsonl:3"):
        read_cases(tmp_path / "a.jsonl")


def test_no_file_no_line_and_another_encoding_are_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="没有这个文件"):
        read_cases(tmp_path / "no.jsonl")
    (tmp_path / "gbk.jsonl").write_bytes("在吗".encode("gbk"))
    with pytest.raises(BadInput, match="UTF-8"):
        read_cases(tmp_path / "gbk.jsonl")
    with pytest.raises(BadInput, match="没有句子"):
        read_cases(written(tmp_path / "empty.jsonl"))


def test_sets_that_are_missing_and_labels_that_are_unknown_are_remarked(tmp_path: Path) -> None:
    written(tmp_path / "natural.jsonl", {"text": "在吗", "label": "chat.greet"}, {"text": "x", "label": "faq.gone"}, {"text": "y", "label": "faq.gone"})
    found = own_sets(tmp_path, {"chat.greet"})
    assert found.sets == {"natural": [Case("在吗", "chat.greet")]}
    assert (found.missing, found.unknown, found.never_flip) == (("borders.jsonl", "never_flip.jsonl"), {"faq.gone": 2}, [])
    first, second = found.remarks()
    assert "borders.jsonl" in first and "--sets" in first
    assert "faq.gone" in second and "2 句" in second


def test_other_lines_have_another_digest(tmp_path: Path) -> None:
    path = written(tmp_path / "natural.jsonl", {"text": "在吗", "label": "chat.greet"})
    before = own_sets(tmp_path, {"chat.greet"}).digest
    assert own_sets(tmp_path, {"chat.greet"}).digest == before
    written(path, {"text": "在么", "label": "chat.greet"})
    assert own_sets(tmp_path, {"chat.greet"}).digest != before


def test_sets_stand_beside_the_data_or_are_the_projects(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert sets_folder(data) == PROJECT / "tests" / "understanding"
    (tmp_path / "tests" / "understanding").mkdir(parents=True)
    assert sets_folder(data) == tmp_path / "tests" / "understanding"
    assert sets_folder(data, "elsewhere") == Path("elsewhere")
