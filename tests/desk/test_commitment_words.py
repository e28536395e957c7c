"""Promises in what agents type, by the shipped words; and a trainer's slips in the file."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from ruamel.yaml import YAML

from bot.desk.commitment_words import found_in, read_commitments
from bot.desk.commitments import KINDS
from bot.errors import DataError
from bot.services.commitment_file import load_commitments
from tests.stores.redis_builders import NOON

RULES = load_commitments()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("好的，我24小时内给您回电", "call_back"),
        ("今天发出，请放心", "ship_by"),
        ("我给您补发一个新的", "gift"),
        ("我马上帮您改好地址", "address"),
        ("这边给您安排拦截", "intercept"),
        ("运费今天退给您", "refund_by"),
        ("3个工作日内退款到账", "refund_by"),
        ("保证今天之内给您办好", "other"),
    ],
)
def test_a_line_that_promises(text: str, kind: str) -> None:
    assert [found.kind for found in found_in(text, RULES, NOON)] == [kind]


@pytest.mark.parametrize(
    "text",
    ["您要退款吗？", "您是想补发还是退款呢", "地址已经改好了", "我这边没法给您退款", "如果不合适可以给您退", "您好，在的", "麻烦您补发一下照片", ""],
)
def test_a_question_what_is_done_and_what_is_refused_promise_nothing(text: str) -> None:
    assert found_in(text, RULES, NOON) == ()


def test_each_sentence_is_one_and_what_names_no_time_has_the_kinds_usual_one() -> None:
    first, second = found_in("给您补发一件。明天中午前给您回电", RULES, NOON)
    usual = next(kind.within_h for kind in RULES.kinds if kind.name == "gift")
    assert (first.text, first.said, first.due_at) == ("给您补发一件。", False, NOON + timedelta(hours=usual))
    assert (second.kind, second.said, second.due_at) == ("call_back", True, NOON + timedelta(hours=24))


def problems(text: str) -> list[str]:
    with pytest.raises(DataError) as caught:
        read_commitments(YAML(typ="rt").load(StringIO(text)))
    return caught.value.problems


ROW = "  - {name: gift, zh: 赠品, en: Gift, within_h: 48, phrases: [补发]}\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("kinds:\n" + ROW.replace("gift,", "present,"), "commitments.yml:2: 没有这种承诺 present，可用 ship_by"),
        ("kinds:\n" + ROW + ROW, "commitments.yml:3: gift 写了两次，合成一项"),
        ("kinds:\n" + ROW.replace("48", "很快"), "commitments.yml:2: within_h 要写小时数，大于 0，最多 720，现在是 '很快'"),
        ("kinds:\n" + ROW.replace("[补发]", "[补]"), "commitments.yml:2: phrases 里每项写两个字以上"),
        ("kinds:\n" + ROW.replace("[补发]", "[]"), "commitments.yml:2: kinds 第 1 项 phrases：要写成列表"),
        ("kinds:\n" + ROW, f"commitments.yml:1: kinds 里缺少 {'、'.join(name for name in KINDS if name != 'gift')}"),
        ("kinds:\n" + ROW + "unles: [已经]\n", "commitments.yml:3: 不认识的键 unles"),
    ],
)
def test_a_slip_is_named_with_its_line(text: str, problem: str) -> None:
    assert any(found.startswith(problem) for found in problems(text)), problems(text)
