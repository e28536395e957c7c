"""What the customers' page says and what agents choose from: the shipped files, and whatever can be wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from bot.errors import DataError
from bot.nlu.understander import Understander
from bot.services.shop_page import load_desk, load_page, read_desk

CHINESE = re.compile(r"[\u4e00-\u9fff]")
SHIPPED = Path("data/shop")


def problems(folder: Path, name: str, load: Callable[[Path], object], old: str, new: str) -> list[str]:
    """What is said of the shipped file after `old` has become `new` in it."""
    (folder / "shop").mkdir()
    text = (SHIPPED / name).read_text(encoding="utf-8")
    assert old in text
    (folder / "shop" / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError) as error:
        load(folder)
    return error.value.problems


def test_the_shipped_page_has_its_buttons_and_a_way_to_a_person_in_every_phase() -> None:
    page = load_page()
    for phase in ("promotion", "after_sales"):
        quick = page.quick_in(phase)
        assert 6 <= len(quick) <= 8
        assert quick[-1].text == "转人工"
    assert page.quick_in("promotion") != page.quick_in("after_sales")
    assert {reason.name for reason in page.good}.isdisjoint(reason.name for reason in page.bad)


def test_the_greeting_says_in_both_languages_that_a_machine_answers_first() -> None:
    said = load_page().greeting
    assert "智能客服" in said[0].zh and "virtual assistant" in said[0].en
    assert "转人工" in said[-1].zh and "person" in said[-1].en


def test_every_line_is_chinese_in_chinese_and_english_in_english() -> None:
    def walk(value: Any, key: str = "") -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                walk(inner, "" if name == "name" and isinstance(inner, str) and inner.isascii() else name)
        elif isinstance(value, (list, tuple)):
            for inner in value:
                walk(inner, key)
        elif key in ("zh", "title", "text", "told"):
            assert CHINESE.search(value), value
        elif key in ("en", "title_en", "text_en", "told_en"):
            assert not CHINESE.search(value), value

    page = load_page()
    walk([asdict(part) for part in (*page.greeting, *page.good, *page.bad, *page.quick_in("any"), *page.quick_in("promotion"))])
    walk(asdict(load_desk()))


def test_an_outcome_is_found_by_its_name_and_told_to_the_customer_in_other_words() -> None:
    desk = load_desk()
    outcome = desk.outcome("no_response")
    assert outcome is not None and outcome.told != outcome.zh
    assert desk.outcome("sold_out") is None


@pytest.mark.parametrize(
    ("name", "load", "old", "new", "words"),
    [
        ("page.yml", load_page, "title: 查物流", "title: 查一查我的包裹在哪里", "quick.any 第 1 项：title 有 10 个字，最多 8 个，写短一点"),
        ("page.yml", load_page, "text: 我的快递到哪了, ", "", "quick.any 第 1 项：缺少 text"),
        ("page.yml", load_page, "title: 催发货", "title: 查物流", "按钮“查物流”有两个，删掉一个或换个叫法"),
        ("page.yml", load_page, "promotion:", "aftersales:", "quick：不认识的键 aftersales，可用 any、promotion、after_sales"),
        ("page.yml", load_page, "name: slow", "name: quick", "name quick 重复了"),
        ("page.yml", load_page, "name: slow", "name: 慢", "rating_reasons.bad 第 2 项：name 只能用小写字母、数字和下划线，以字母开头，现在是 '慢'"),
        ("page.yml", load_page, "name: 前台示范店 ", "name: 4008 ", "shop：name 要写一句话，不能空着；数字等要放在引号里"),
        ("page.yml", load_page, "greeting:", "greetings:", "不认识的键 greetings，可用 shop、greeting、quick、rating_reasons"),
        ("desk.yml", load_desk, "zh: 已补发, ", "zh: , ", "outcomes 第 4 项：zh 要写一句话，不能空着"),
        ("desk.yml", load_desk, "{name: meal, zh: 吃饭, en: Meal}", "吃饭", "break_reasons 第 1 项：要写成“键: 值”，要有 name、zh、en"),
        ("desk.yml", load_desk, "name: returned", "name: refunded", "name refunded 重复了"),
        ("desk.yml", load_desk, "name: packing", "name: product", "name product 重复了"),
        ("desk.yml", load_desk, "severities: [serious]", "severities: [grave]", "follow_up：severities：没有严重程度 grave"),
        ("desk.yml", load_desk, "not_after: [duplicate", "not_after: [dropped", "follow_up：not_after：没有结果 dropped"),
        ("desk.yml", load_desk, "after_h: 24", "after_h: 0", "after_h"),
    ],
)
def test_every_mistake_is_said_with_file_line_and_way_out(
    tmp_path: Path, name: str, load: Callable[[Path], object], old: str, new: str, words: str
) -> None:
    found = problems(tmp_path, name, load, old, new)
    line = (SHIPPED / name).read_text(encoding="utf-8").partition(old)[0].count("\n") + 1
    (mine,) = [problem for problem in found if words in problem]
    assert mine.startswith(f"{tmp_path / 'shop' / name}:{line}: ")


def test_a_follow_up_names_labels_that_there_are() -> None:
    raw = {"follow_up": {"after_h": 24, "labels": ["dispute.escalation", "dispute.moon"]}}
    with pytest.raises(DataError) as caught:
        read_desk(raw, labels=("dispute.escalation",))
    assert [problem for problem in caught.value.problems if "标签" in problem] == ["desk.yml:1: follow_up：labels：没有标签 dispute.moon"]
    assert load_desk().follow_up is not None and load_desk().causes


@pytest.mark.parametrize(
    "text", ["7\n", "[]\n", "shop: x\ngreeting: x\nquick: x\nrating_reasons: x\n", "quick: {any: [x, {title: 1}]}\n", "outcomes: 7\n"]
)
@pytest.mark.parametrize(("name", "load"), [("page.yml", load_page), ("desk.yml", load_desk)])
def test_whatever_stands_in_the_file_is_a_problem_and_not_a_crash(tmp_path: Path, name: str, load: Callable[[Path], object], text: str) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / name).write_text(text, encoding="utf-8")
    with pytest.raises(DataError):
        load(tmp_path)


def test_a_missing_file_is_named_with_its_use(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="没有这个文件，顾客聊天页的字从这里读取"):
        load_page(tmp_path)


@pytest.mark.parametrize(
    ("title", "label"),
    [
        ("查物流", "faq.tracking"),
        ("催发货", "faq.shipping_urge"),
        ("退款多久到账", "faq.refund_timing"),
        ("我要退货", "faq.return_process"),
        ("开发票", "faq.invoice_howto"),
        ("申请价保", "faq.price_protection"),
        ("改收货地址", "faq.change_order"),
        ("取消订单", "faq.cancel_order"),
        ("优惠怎么用", "faq.promo_howto"),
        ("预售哪天发货", "faq.presale"),
        ("转人工", "chat.human"),
    ],
)
def test_what_a_quick_button_sends_is_understood_in_both_languages(understander: Understander, title: str, label: str) -> None:
    page = load_page()
    button = next(button for button in (*page.quick_in("any"), *page.quick_in("promotion")) if button.title == title)
    assert [found.label for found in understander.understand([button.text, button.text_en])] == [label, label]
