"""Scripts and rules that a trainer changes while the desk is open."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
import structlog

from bot.errors import DataError
from bot.services.in_force import InForce

SHIPPED = Path("data")
GREET = Path("playbooks/chat/greet.yml")
SAID = "label: chat.greet\nsay:\n  any: 您好，今天有什么事？\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of what a desk reads while it is open."""
    for name in ("playbooks", "replies", "shop"):
        shutil.copytree(SHIPPED / name, tmp_path / "data" / name)
    shutil.copy(SHIPPED / "taxonomy.yml", tmp_path / "data")
    return tmp_path / "data"


def write(data: Path, text: str, path: Path = GREET) -> None:
    (data / path).write_text(text, encoding="utf-8")


def test_each_of_the_shops_rules_is_taken_and_a_wrong_one_changes_nothing(data: Path) -> None:
    in_force = InForce(data)

    def change(name: str, before: str, after: str) -> bool:
        text = (data / "shop" / name).read_text(encoding="utf-8")
        assert before in text
        write(data, text.replace(before, after, 1), Path("shop") / name)
        return in_force.refresh()

    assert change("deadlines.yml", "late_shipping_h: 72", "late_shipping_h: 480") is True
    assert in_force.rules.deadlines.terms.late_shipping_h == in_force.books.terms.late_shipping_h == 480
    assert change("calendar.yml", "workdays: []", "workdays: [2027-02-20]") is True
    assert in_force.rules.staffing.days.is_weekend(date(2027, 2, 20)) is False
    assert change("authority.yml", "agent: {of_average: 0.3}", "agent: {of_average: 0.5}") is True
    assert in_force.rules.authority.limits["agent"].of_average == 0.5
    assert change("negotiation.yml", "fee_step: off", "fee_step: on") is True
    assert in_force.books.negotiation.fee_on is in_force.rules.negotiation.fee_on is True
    assert change("guide.yml", "most_stuck: 2", "most_stuck: 1") is True
    assert in_force.books.guide.most_stuck == 1
    assert change("refunds.yml", "labels: [faq.refund_process, ", "labels: [") is True
    assert "faq.refund_process" not in in_force.books.refunds.question.labels
    assert change("scenes.yml", "since_d: {payment: 5}", "since_d: {payment: 3}") is True
    assert change("severity.yml", "amount_fen_from: 100000", "amount_fen_from: 5000") is True
    assert change("severity.yml", "amount_fen_from: 5000", "amount_fen_from: 五十") is False
    assert 5000 in [rule.amount_fen_from for rule in in_force.rules.severity.rules]
    for scenes in (in_force.rules.scenes, in_force.books.scenes, in_force.books.in_phase("promotion").scenes):
        assert [when.since_d for row in scenes.rows if row.id == "unshipped_5d" for when in row.when] == [{"payment": 3}]


def test_a_changed_script_is_taken_once(data: Path) -> None:
    in_force = InForce(data)
    assert in_force.refresh() is False
    write(data, SAID)
    assert in_force.refresh() is True
    assert in_force.books.books["chat.greet"].say["any"] == ("您好，今天有什么事？",)
    assert in_force.refresh() is False


@pytest.mark.parametrize(
    ("path", "text", "problem"),
    [
        (GREET, SAID[:26] + "  any: {", "不是正确的 YAML"),
        (GREET, SAID + "wording: 您好\n", "不认识的键 wording"),
        (GREET, SAID.replace("今天", "{buyer_phone}"), "没有占位符 {buyer_phone}"),
        (GREET, "", "文件是空的"),
        (Path("shop/staffing.yml"), "hours: [", "staffing.yml"),
        (Path("replies/bot.yml"), "lines: 您好\n", "lines 要写成"),
    ],
)
def test_a_broken_file_is_refused_with_its_problems_and_the_old_scripts_stay_until_it_is_mended(
    data: Path, path: Path, text: str, problem: str
) -> None:
    in_force = InForce(data)
    books, rules, before = in_force.books, in_force.rules, (data / path).read_text(encoding="utf-8")
    write(data, text, path)
    with structlog.testing.capture_logs() as logs:
        assert [in_force.refresh(), in_force.refresh()] == [False, False]
    (refused,) = logs
    assert refused["event"] == "playbooks_refused"
    assert problem in "\n".join(refused["problems"])
    assert (in_force.books, in_force.rules) == (books, rules)
    write(data, before, path)
    write(data, SAID)
    assert in_force.refresh() is True
    assert in_force.books.books["chat.greet"].say["any"] == ("您好，今天有什么事？",)


def test_a_deleted_script_is_refused_too(data: Path) -> None:
    in_force = InForce(data)
    (data / GREET).unlink()
    with structlog.testing.capture_logs() as logs:
        assert in_force.refresh() is False
    assert "没有这个文件" in logs[0]["problems"][0]
    assert "chat.greet" in in_force.books.books


def test_a_desk_does_not_open_with_broken_scripts(data: Path) -> None:
    write(data, "say: [")
    with pytest.raises(DataError, match=r"greet\.yml:1: 不是正确的 YAML"):
        InForce(data)
