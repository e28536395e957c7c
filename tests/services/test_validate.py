"""What a trainer is told about data/: all of it at once, each with its file and line."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.services.validate import problems

MISTAKES: dict[str, tuple[Callable[[str], str], str]] = {
    "playbooks/chat/greet.yml": (lambda text: text + "\n  : [", "不是正确的 YAML"),
    "playbooks/faq/tracking.yml": (lambda text: text + "\nwording: 您好\n", "不认识的键 wording"),
    "playbooks/faq/exchange.yml": (lambda text: text.replace("label: faq.exchange", "label: faq.change"), "label 应为 faq.exchange"),
    "playbooks/faq/warranty.yml": (lambda text: text.replace("say:\n", "say:\n  lost: 丢了。\n", 1), "没有状态 lost"),
    "playbooks/case/not_received.yml": (
        lambda text: re.sub(r"(?m)^closing: .*$", "closing: 订单{order}记下了。", text),
        "没有占位符 {order}",
    ),
    "playbooks/case/counterfeit.yml": (lambda text: text + "\nstories: []\n", "不能用键 stories"),
    "replies/bot.yml": (lambda text: text.replace("  failed:", "  fialed:"), "程序里没有用到 fialed"),
    "shop/refunds.yml": (lambda text: text.replace("goods_back:\n", "goods_back:\n  faq.none: true\n"), "没有标签 faq.none"),
    "shop/deadlines.yml": (lambda text: text.replace("due_s: 180,", "due_s: 很快,"), "first_reply"),
    "shop/calendar.yml": (lambda text: text.replace("phases: []", "phases: [{phase: promotion, from: 2026-11-02, to: 2026-11-01}]"), "to 要晚于 from"),
    "shop/staffing.yml": (lambda text: text.replace("    any: [\"09:00-23:00\"]", "    any: [\"9-23\"]"), "看不懂班次"),
    "shop/authority.yml": (lambda text: text.replace("agent: {of_average: 0.3}", "agent: {of_average: 30}"), "agent：of_average 要是 0 到 1 之间的数"),
    "shop/severity.yml": (lambda text: text.replace("tone: [threat]", "tone: [thret]"), "没有语气 thret"),
    "rules.yml": (lambda text: text.replace("- intent: faq.exchange", "- intent: faq.echange"), "没有标签 faq.echange"),
    "nlu/chat.yml": (lambda text: text.replace("chat.greet", "chat.gret"), "chat.gret"),
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    shutil.copytree("data", tmp_path / "data")
    return tmp_path / "data"


def test_the_shipped_data_has_no_problem() -> None:
    assert problems(Path("data")) == []


def test_mistakes_in_many_files_are_all_named_with_file_and_line(data: Path) -> None:
    for name, (spoil, _) in MISTAKES.items():
        path = data / name
        before = path.read_text(encoding="utf-8")
        path.write_text(spoil(before), encoding="utf-8")
        assert path.read_text(encoding="utf-8") != before, name
    found = problems(data)
    for name, (_, words) in MISTAKES.items():
        mine = [line for line in found if line.startswith(str(data / name))]
        assert any(words in line for line in mine), (name, mine)
        assert any(re.match(rf"{re.escape(str(data / name))}:\d+: .*[\u4e00-\u9fff]", line) for line in mine), (name, mine)
    assert len(found) == len(set(found))


def test_names_that_the_taxonomy_does_not_have_are_found_in_the_shops_rules(data: Path) -> None:
    path = data / "shop" / "staffing.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(?m)^  after_sales:", "  aftersales:", text, count=1), encoding="utf-8")
    found = problems(data)
    assert any("staffing.yml" in line and "aftersales" in line for line in found), found


def test_a_script_promises_no_more_money_than_the_bot_may(data: Path) -> None:
    path = data / "playbooks/case/out_of_stock.yml"
    path.write_text(re.sub(r"(?m)^closing: .*$", "closing: 缺货抱歉，这就给您补 20 元。", path.read_text(encoding="utf-8")), encoding="utf-8")
    assert problems(data) == [
        f"{path}:11: 话术答应了 20 元，机器人的额度是 0 元：改成请同事来定，或改 data/shop/authority.yml 的 bot"
    ]
    limits = data / "shop/authority.yml"
    limits.write_text(limits.read_text(encoding="utf-8").replace("bot: {fen: 0}", "bot: {fen: 2000}"), encoding="utf-8")
    assert problems(data) == []


@pytest.mark.parametrize(
    "text", ["", "7\n", "[]\n", "rules: x\nlines: x\ntitles: x\n", "rules: [x, {steps: 7}]\nlines: [1]\n", "\ufeff: :"]
)
def test_whatever_stands_in_a_file_is_a_problem_and_not_a_crash(tmp_path: Path, text: str) -> None:
    for folder in ("playbooks", "replies", "shop"):
        shutil.copytree(Path("data") / folder, tmp_path / folder)
    for file in ("taxonomy.yml", "rules.yml"):
        shutil.copy(Path("data") / file, tmp_path)
    names = ("rules.yml", "replies/bot.yml", "shop/staffing.yml", "shop/refunds.yml", "playbooks/chat/greet.yml")
    for name in names:
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = problems(tmp_path)
    assert [name for name in names if not any(line.startswith(str(tmp_path / name)) for line in found)] == []
