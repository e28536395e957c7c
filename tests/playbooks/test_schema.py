"""A trainer's slips in playbooks, all at once, in Chinese, with file, line and way out."""

from __future__ import annotations

import shutil
from pathlib import Path
from textwrap import dedent

import pytest

from bot.errors import DataError
from bot.playbooks.load import load_playbooks

DATA = Path("data")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A copy of the shipped data to spoil."""
    for name in ("playbooks", "replies", "shop"):
        shutil.copytree(DATA / name, tmp_path / name)
    shutil.copy(DATA / "taxonomy.yml", tmp_path)
    return tmp_path


def problems_of(shop: Path) -> list[str]:
    """What the reader finds wrong, with the folder cut off."""
    with pytest.raises(DataError) as caught:
        load_playbooks(shop)
    return [problem.removeprefix(f"{shop}/") for problem in caught.value.problems]


def write(shop: Path, name: str, text: str) -> None:
    """A file of the shop with this content."""
    (shop / name).write_text(dedent(text).lstrip(), encoding="utf-8")


def test_the_shipped_playbooks_have_no_problem() -> None:
    books = load_playbooks(DATA)
    assert set(books.books) == set(books.taxonomy.labels)


FAQ, CLAIM = "playbooks/faq/gift.yml", "playbooks/case/counterfeit.yml"
CLAIM_HEAD = "label: case.counterfeit\nclosing: 已登记。\n"


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        (FAQ, "label: faq.gift\nsay: {any: 有}\nsya: x\n", f"{FAQ}:3: 不认识的键 sya，可用"),
        (FAQ, "label: faq.gift\nsay: {any: 有}\nversion: 1\n", f"{FAQ}:3: 不能用键 version：Rasa 会把这个文件当成它自己的"),
        (FAQ, "label: faq.gfit\nsay: {any: 有}\n", f"{FAQ}:1: label 应为 faq.gift"),
        (FAQ, "label: faq.gift\nsay:\n  payed: 有\n  any: 有\n", f"{FAQ}:3: 没有状态 payed，可用 unpaid、paid"),
        (FAQ, "label: faq.gift\nsay:\n  paid: 有\n", f"{FAQ}:2: say 里要有 any 或 unknown"),
        (FAQ, "label: faq.gift\nsay:\n  any: 送{gift_name}。\n", f"{FAQ}:3: 没有占位符 {{gift_name}}，可用"),
        (FAQ, "label: faq.gift\nsay:\n  any: [一, 二, 三, 四]\n", f"{FAQ}:3: 话术要是一句话，或一到三句话的列表"),
        (FAQ, "label: faq.gift\nsay: {any: 有}\nneeds_order: 要\n", f"{FAQ}:3: needs_order 要写 true 或 false"),
        (FAQ, "label: faq.gift\nsay: {any: 有}\nhand_off: [late]\n", f"{FAQ}:3: 没有状态 late，可用"),
        (FAQ, "label: faq.gift\nsay: {any: 有}\nbuttons: [查物流]\n", f"{FAQ}:3: buttons 最多三个"),
        (FAQ, "label: faq.gift\nsay:\n any: 有\n  paid: 有\n", f"{FAQ}:4: 不是正确的 YAML"),
        (CLAIM, f"{CLAIM_HEAD}evidence: [{{what: 照片, bring: customer, wy: 看}}]\n", f"{CLAIM}:3: evidence 第 1 项：不认识的键 wy，可用 what、bring"),
        (CLAIM, f"{CLAIM_HEAD}evidence: [{{what: 照片, bring: customer, why: ''}}]\n", f"{CLAIM}:3: evidence 第 1 项：why 和 example 各写一句话"),
        (CLAIM, f"{CLAIM_HEAD}promise: 会回电\n", f"{CLAIM}:3: promise 要写成 {{kind: …"),
        (CLAIM, f"{CLAIM_HEAD}promise:\n  kind: call\n  text: 回电\n", f"{CLAIM}:4: promise 的 kind 不能是 'call'，可用 ship_by"),
        (CLAIM, f"{CLAIM_HEAD}promise:\n  kind: other\n  text: 回电\n  within_h: 快\n", f"{CLAIM}:6: promise 的 within_h 要写小时数"),
        (CLAIM, f"{CLAIM_HEAD}promise:\n  kind: other\n  text: 回电\n  by: 我\n", f"{CLAIM}:6: promise 里不认识的键 by"),
        (FAQ, "- 一\n- 二\n", f"{FAQ}:1: 文件要写成“键: 值”"),
        (CLAIM, "label: case.counterfeit\nsoothe: 别急。\n", f"{CLAIM}:1: 缺少 closing"),
        (CLAIM, "label: case.counterfeit\nsoothe: 别急。\nclosing: 好。\nseverity: big\n", f"{CLAIM}:4: severity 不能是 'big'"),
        (
            CLAIM,
            "label: case.counterfeit\nsoothe: 别急。\nclosing: 好。\nask:\n  - {slot: order_no, say: 单号}\n  - {slot: order_id, say: 单号}\n",
            f"{CLAIM}:6: ask 第 2 项：没有槽位 order_id，可用 order_no、photos、detail、tracking_no",
        ),
        (
            CLAIM,
            "label: case.counterfeit\nsoothe: 别急。\nclosing: 好。\nask: [{slot: detail, say: 一}, {slot: photos, say: 二}, {slot: order_no, say: 三}]\n",
            f"{CLAIM}:4: 最多问 2 个问题，现在有 3 个",
        ),
        (
            CLAIM,
            "label: case.counterfeit\nsoothe: 别急。\nclosing: 好。\nevidence:\n  - {what: 照片, bring: 顾客}\n",
            f"{CLAIM}:5: evidence 第 1 项：bring 不能是 '顾客'，可用 customer、shop、courier",
        ),
    ],
)
def test_a_slip_is_named_with_file_line_and_way_out(shop: Path, name: str, text: str, problem: str) -> None:
    write(shop, name, text)
    assert any(found.startswith(problem) for found in problems_of(shop)), problems_of(shop)


def test_every_problem_of_every_file_is_told_at_once(shop: Path) -> None:
    write(shop, FAQ, "label: faq.gift\nsay: {paid: 有}\nhand_of: [paid]\n")
    write(shop, CLAIM, "label: case.counterfeit\n")
    (shop / "playbooks/faq/tracking.yml").unlink()
    (shop / "playbooks/faq/refund.yml").write_text("label: faq.refund\n", encoding="utf-8")
    found = problems_of(shop)
    for start in (f"{FAQ}:", f"{CLAIM}:", "playbooks/faq/tracking.yml: 没有这个文件", "playbooks/faq/refund.yml: 没有标签 faq.refund"):
        assert any(problem.startswith(start) for problem in found), found
    assert len(found) >= 6


def test_the_bots_own_sentences_may_not_be_missing_or_misspelt(shop: Path) -> None:
    path = shop / "replies/bot.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("  reminder:", "  remainder:"), encoding="utf-8")
    found = problems_of(shop)
    assert any("程序里没有用到 remainder" in problem and problem.split(":")[1].isdigit() for problem in found), found
    assert any("缺少 reminder" in problem for problem in found), found


def test_a_file_in_another_encoding_is_named(shop: Path) -> None:
    (shop / FAQ).write_bytes("label: faq.gift\nsay: {any: 有赠品}\n".encode("gb18030"))
    assert f"{FAQ}: 文件不是 UTF-8 编码，请另存为 UTF-8" in problems_of(shop)
