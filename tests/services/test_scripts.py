"""The agents' scripts: reading, order, facts and blanks, and every mistake with its place."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import structlog

from bot.errors import DataError
from bot.playbooks.render import FIELDS
from bot.services import pinyin
from bot.services.script_files import OWN, Script, read_scripts
from bot.services.scripts import FACTS, checked_scripts, filled, for_conversation, load_scripts, scripts_in_force

LABELS = ("dispute.invoice", "case.privacy")
FILE = """\
topic: 发票
scripts:
  - id: invoice_take
    title: 发票，接手
    labels: [dispute.invoice]
    text: 尾号{order_tail}的发票，我去查，____（几点）前回您。
"""


def a_script(text: str = "好", **changes: object) -> Script:
    return Script(**{"id": "one", "topic": "发票", "title": "发票", "text": text, **changes})  # type: ignore[arg-type]


def problems_of(folder: Path, text: str, name: str = "53-invoices.yml") -> list[str]:
    """What is said of a folder whose only script file has this text."""
    (folder / "scripts").mkdir(exist_ok=True)
    shutil.copy("data/taxonomy.yml", folder)
    (folder / "scripts" / name).write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as error:
        checked_scripts(folder)
    return error.value.problems


def changed(old: str, new: str) -> str:
    assert old in FILE
    return FILE.replace(old, new)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (changed("{order_tail}", "{order_no}"), 6, "scripts 第 1 项：没有占位符 {order_no}，可用 agent、amount、carrier、"),
        (changed("{order_tail}", "{order_tail"), 6, "花括号没有成对"),
        (changed("____（几点）", "____"), 6, "空格要写成 ____（要填什么）"),
        (changed("____（几点）", "___（几点）"), 6, "空格要写成 ____（要填什么）"),
        (changed("____（几点）", "____(几点)"), 6, "空格要写成 ____（要填什么）"),
        (changed("我去查", "亲，我去查，亲"), 6, "“亲”最多用一次，多的删掉"),
        (changed("我去查", "我去查" * 100), 6, "个字，最多 300 个，写短一点"),
        (re.sub("text: .*", "text:", FILE), 6, "scripts 第 1 项：text 要写一句话，不能空着"),
        (re.sub("text: .*", "text: 12315", FILE), 6, "不能空着；数字等要放在引号里"),
        (re.sub("    text: .*\n", "", FILE), 3, "scripts 第 1 项：缺少 text"),
        (changed("title: 发票，接手", 'title: ""'), 4, "scripts 第 1 项：title 要写一句话，不能空着"),
        (changed("dispute.invoice", "dispute.invoices"), 5, "没有标签 dispute.invoices"),
        (changed("[dispute.invoice]", "dispute.invoice"), 5, "labels 要写成列表"),
        (changed("labels: [dispute.invoice]", "severity: 严重"), 5, "severity 不能是 '严重'，可用 minor、normal、serious"),
        (changed("labels: [dispute.invoice]", "phase: 活动期"), 5, "phase 不能是 '活动期'，可用 promotion、after_sales"),
        (changed("labels: [dispute.invoice]", "lables: [dispute.invoice]"), 5, "不认识的键 lables，可用 id、title、text、labels、severity、phase"),
        (changed("invoice_take", "发票"), 3, "id 只能用小写字母、数字和下划线，以字母开头，现在是 '发票'"),
        (FILE + FILE.partition("scripts:\n")[2], 7, "id invoice_take 重复了"),
        (FILE + FILE.partition("scripts:\n")[2].replace("invoice_take", "b"), 2, "标题“发票，接手”有 2 个，客服分不清，换个说法"),
        (changed("topic: 发票", "topic:"), 1, "topic 要写一句话"),
        ("topic: 发票\nscripts: 发票\n", 2, "scripts：要写成列表，1 到 60 项"),
        ("topic: 发票\nscripts: [发票]\n", 2, "scripts 第 1 项：要写成“键: 值”，要有 id、title、text"),
        ("[]\n", 1, "要写成“键: 值”，要有 topic、scripts"),
    ],
)
def test_every_mistake_is_said_with_file_line_and_way_out(tmp_path: Path, text: str, line: int, words: str) -> None:
    found = problems_of(tmp_path, text)
    (mine,) = [problem for problem in found if words in problem]
    assert mine.startswith(f"{tmp_path / 'scripts' / '53-invoices.yml'}:{line}: ")


def test_the_problems_of_all_files_come_at_once_and_an_id_is_taken_across_files(tmp_path: Path) -> None:
    problems_of(tmp_path, changed("{order_tail}", "{x}"))
    (tmp_path / "scripts" / "empty.yml").write_text("", encoding="utf-8")
    (tmp_path / "scripts" / "torn.yml").write_text("scripts: {", encoding="utf-8")
    first, empty, again, torn = problems_of(tmp_path, FILE, "other.yml")
    assert "没有占位符 {x}" in first
    assert "empty.yml: 这个文件是空的" in empty
    assert "other.yml:3: " in again and f"id invoice_take 重复了，{tmp_path / 'scripts' / '53-invoices.yml'}:3 已经用过" in again
    assert "torn.yml" in torn and "不是正确的 YAML" in torn


def test_a_folder_without_scripts_is_a_problem_too(tmp_path: Path) -> None:
    shutil.copy("data/taxonomy.yml", tmp_path)
    with pytest.raises(DataError, match="没有客服话术，从版本库里取回来"):
        checked_scripts(tmp_path)


@pytest.mark.parametrize("word", ["母亲", "亲自", "亲友"])
def test_only_the_shops_way_of_saying_dear_is_counted(word: str) -> None:
    raw = {"topic": "问候", "scripts": [{"id": "a", "title": "问候", "text": f"亲，您{word}来过，{word}都好。"}]}
    assert len(read_scripts(raw, "a.yml", LABELS, {})) == 1


def test_facts_are_filled_and_what_nobody_knows_becomes_a_blank_with_its_name() -> None:
    script = a_script("我是{shop}的{agent}，尾号{order_tail}走的{carrier}，____（几点）前回您。")
    assert filled(script, {"order_tail": "5503", "carrier": None}, "小林", "前台示范店") == (
        "我是前台示范店的小林，尾号5503走的____（快递公司），____（几点）前回您。"
    )
    assert filled(a_script("单号{tracking_no}"), {}, "小林", "前台示范店") == "单号____（快递单号）"


def test_every_fact_has_a_name_for_its_blank() -> None:
    assert set(FACTS) == FIELDS | set(OWN)


def test_braces_in_a_fact_do_not_look_like_a_blank_that_was_left() -> None:
    assert filled(a_script("{item}有货"), {"item": "杯子{carrier}"}, "小林", "店") == "杯子｛carrier｝有货"


def test_a_conversation_sees_its_labels_scripts_first_then_those_for_any_then_the_others() -> None:
    other, anyone, mine = a_script(labels=("case.privacy",)), a_script(), a_script(labels=("dispute.invoice",))
    assert for_conversation((other, anyone, mine), "dispute.invoice", phase="promotion") == (mine, anyone, other)
    assert for_conversation((other, anyone, mine), None, phase="promotion") == (anyone, other, mine)


def test_scripts_for_serious_matters_lead_their_part_only_while_the_ticket_is_serious() -> None:
    calm, grave = a_script(labels=("case.privacy",)), a_script(labels=("case.privacy",), severity="serious")
    anyone = a_script()
    assert for_conversation((anyone, calm, grave), "case.privacy", phase="promotion", serious=True) == (grave, calm, anyone)
    assert for_conversation((anyone, grave, calm), "case.privacy", phase="promotion") == (calm, grave, anyone)


def test_a_script_of_another_phase_is_not_offered() -> None:
    script = a_script(phase="promotion")
    assert for_conversation((script,), None, phase="promotion") == (script,)
    assert for_conversation((script,), None, phase="after_sales") == ()


@pytest.mark.parametrize(
    ("words", "whole", "first"),
    [
        ("退款申请在审 退货退款", "tuikuanshenqingzaishen tuihuotuikuan", "tksqzs thtk"),
        ("开错了，重开", "kaicuole chongkai", "kcl ck"),
        ("显示签收没收到", "xianshiqianshoumeishoudao", "xsqsmsd"),
        ("重复扣款", "chongfukoukuan", "cfkk"),
        ("已向 12315 反映", "yixiang 12315 fanying", "yx 12315 fy"),
        ("QR 码", "qr ma", "qr m"),
    ],
)
def test_words_are_found_by_pinyin_and_initials_in_small_letters_with_the_right_reading(words: str, whole: str, first: str) -> None:
    assert pinyin.spell([words]) == [(whole, first)]


def test_the_dictionaries_stay_out_of_this_process_and_their_failure_leaves_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pinyin.typed(["退款", "发票"]) == [("tuikuan", "tk"), ("fapiao", "fp")]
    monkeypatch.setattr(pinyin.sys, "executable", "/nowhere/python")
    with structlog.testing.capture_logs() as logs:
        assert pinyin.typed(["退款", "发票"]) == [("", ""), ("", "")]
    assert logs[0]["event"] == "pinyin_failed"


def test_a_broken_script_is_refused_and_the_old_ones_stay_until_it_is_mended(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    shutil.copy("data/taxonomy.yml", tmp_path)
    path = tmp_path / "scripts" / "53-invoices.yml"
    path.write_text(FILE, encoding="utf-8")
    scripts = scripts_in_force(tmp_path)
    before = scripts()
    path.write_text(changed("{order_tail}", "{order}"), encoding="utf-8")
    with structlog.testing.capture_logs() as logs:
        assert [scripts.refresh(), scripts.refresh()] == [False, False]
    (refused,) = logs
    assert refused["event"] == "scripts_refused"
    assert "没有占位符 {order}" in refused["problems"][0]
    assert scripts() is before
    path.write_text(FILE, encoding="utf-8")
    (tmp_path / "scripts" / "90-new.yml").write_text(FILE.replace("invoice_take", "invoice_new"), encoding="utf-8")
    assert scripts.refresh() is True
    assert [script.id for script in scripts()] == ["invoice_take", "invoice_new"]
    assert scripts()[1].initials == "fp js fp"


def test_a_file_taken_away_takes_its_scripts_with_it(tmp_path: Path) -> None:
    shutil.copytree("data/scripts", tmp_path / "scripts")
    shutil.copy("data/taxonomy.yml", tmp_path)
    scripts = scripts_in_force(tmp_path)
    (tmp_path / "scripts" / "53-invoices.yml").unlink()
    assert scripts.refresh() is True
    assert "发票" not in {script.topic for script in scripts()}


def test_typing_initials_finds_refunds_among_the_shipped_scripts() -> None:
    found = {script.id for script in load_scripts() if "tk" in script.initials}
    assert {"refund_review", "partial_agree", "stock_refund", "visit_refund"} <= found
    assert "invoice_take" not in found
