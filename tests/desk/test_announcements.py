"""Whom an announcement concerns, what it says, and what is wrong with a file of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from ruamel.yaml import YAML

from bot.desk.announcement_file import read_announcements
from bot.desk.announcements import Affects, Announcements, Prepared, Running, announced, concerns, when, when_en, words
from bot.errors import DataError
from bot.model import Order
from bot.services.desk_rules import load_desk_rules
from bot.taxonomy import load
from tests.stores.redis_builders import NOON, after

RULES = load_desk_rules().announcements
SAY, SAY_EN = ("页面坏了。", "订单都在。", "预计 {back_at} 好。"), ("Pages are down.", "Back {back_at}.")
DOWN = Prepared("down", "页面故障", "Down", SAY, SAY_EN, Affects(everybody=True), "emergency", "先安抚")
FILE = Announcements({"down": DOWN}, "比预计晚了。", "Later than planned.")
TWO = NOON + timedelta(hours=2)
RUN = Running("down", "r1", "s4", "主管王", NOON)


@pytest.mark.parametrize(
    ("back_at", "now", "zh", "en"),
    [
        (None, NOON, "页面坏了。订单都在。", "Pages are down."),
        (TWO, NOON, "页面坏了。订单都在。预计 今天 14:00 好。", "Pages are down. Back at 14:00 today (Beijing time)."),
        (
            TWO,
            TWO - timedelta(seconds=1),
            "页面坏了。订单都在。预计 今天 14:00 好。",
            "Pages are down. Back at 14:00 today (Beijing time).",
        ),
        (TWO, TWO, "页面坏了。订单都在。比预计晚了。", "Pages are down. Later than planned."),
    ],
)
def test_it_names_the_time_that_is_set_and_no_other(back_at: datetime | None, now: datetime, zh: str, en: str) -> None:
    said = words(FILE, DOWN, replace(RUN, back_at=back_at), now)
    assert (said.zh, said.en) == (zh, en)


def test_days_by_the_clock_of_china() -> None:
    # Noon is 12:00 there; 16:30 UTC is half past midnight.
    assert [when(NOON + timedelta(hours=hours), NOON) for hours in (1, 12.5, 40)] == ["今天 13:00", "明天 00:30", "11月13日 04:00"]
    assert when_en(NOON + timedelta(hours=40), NOON) == "at 04:00 on 13 November (Beijing time)"


def test_it_ends_by_itself_to_the_second() -> None:
    running = replace(RUN, until=after(60))
    assert [running.is_on(after(seconds)) for seconds in (59, 60)] == [True, False]
    assert RUN.is_on(NOON + timedelta(days=30))


def parsed(text: str) -> object:
    """As files are read: with lines."""
    return YAML(typ="rt").load(text)


def an_order(state: str, **fields: object) -> Order:
    items = ({"title": "轻便跑步鞋", "sku": "RUN-42", "qty": 1},)
    return Order(**{"order_no": "1", "buyer_id": "b1", "state": state, "amount_fen": 1, "items": items, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("announcement", "goods", "label", "orders", "found"),
    [
        ("page_down", (), None, (), True),
        ("payment_failure", (), "case.payment_or_system", (), True),
        ("payment_failure", (), "faq.tracking", (), False),
        ("payment_failure", (), None, (an_order("unpaid"),), True),
        ("payment_failure", (), None, (an_order("paid"), an_order("signed")), False),
        ("overselling", ("run-42",), None, (an_order("paid"),), True),
        ("overselling", ("轻便跑步鞋",), None, (an_order("paid"),), True),
        ("overselling", ("跑步鞋",), None, (an_order("paid"),), False),
        ("overselling", (), None, (an_order("paid"),), False),
        ("overselling", ("RUN-42",), None, (an_order("paid", tracking_no="7893"),), False),
        ("overselling", ("RUN-42",), None, (an_order("unpaid"),), False),
        ("overselling", ("RUN-42",), None, (an_order("shipped"),), False),
        ("overselling", (), "case.out_of_stock", (), True),
    ],
)
def test_whom_it_concerns(announcement: str, goods: tuple[str, ...], label: str | None, orders: tuple[Order, ...], found: bool) -> None:
    running = Running(announcement, "r1", "s4", "主管王", NOON, goods=goods)
    assert concerns(RULES.prepared[announcement], running, label, orders) is found


@pytest.mark.parametrize(
    ("back_at", "now", "said"),
    [(None, NOON, "没有给恢复时间"), (TWO, NOON, "预计 今天 14:00 恢复"), (TWO, TWO, "原定 今天 14:00 恢复，已过")],
)
def test_people_read_who_switched_it_on_and_what_it_says_of_the_time(back_at: datetime | None, now: datetime, said: str) -> None:
    found = announced(FILE, DOWN, replace(RUN, back_at=back_at), now, concerned=True)
    assert found.about == f"公告「页面故障」开着（今天 12:00 由主管王开启；{said}）"
    assert (found.group, found.step, found.concerned, found.told) == ("emergency", "先安抚", True, False)


def test_the_shipped_ones_go_to_the_emergency_group_and_speak_both_languages() -> None:
    assert set(RULES.prepared) == {"page_down", "payment_failure", "overselling"}
    for one in RULES.prepared.values():
        assert one.group == "emergency"
        assert one.affects.labels <= {"case.payment_or_system", "case.out_of_stock"} and one.affects.labels
        assert len(one.say) == len(one.say_en)


GOOD = """announcements:
  - id: down
    zh: 页面故障
    en: Down
    say: {zh: ["坏了。", "预计 {back_at} 好。"], en: [Down., "Back {back_at}."]}
    affects: {everybody: true}
    group: emergency
    step: 先安抚
late: {zh: 晚了。, en: Late.}
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("id: down", "id: Down", 2, "只能用小写字母"),
        ("group: emergency", "group: firemen", 7, "没有组 firemen"),
        ("{everybody: true}", "{}", 6, "要写谁受影响"),
        ("{everybody: true}", "{labels: [case.nothing]}", 6, "没有标签 case.nothing"),
        ("{everybody: true}", "{orders: {states: [lost]}}", 6, "没有订单状态 lost"),
        ("{everybody: true}", "{orders: {states: []}}", 6, "states 至少写一个"),
        ("{everybody: true}", "{everybody: 1}", 6, "要写 true 或 false"),
        ("坏了。", "坏了 {when}。", 5, "不认识的空格 {when}，只能用 {back_at}"),
        ("坏了。", "坏了 {back_at。", 5, "不认识的空格 {back_at。"),
        ("坏了。", "坏到 {back_at}。", 5, "要有一句不带 {back_at} 的话"),
        ("Back {back_at}.", "Back soon.", 5, "两边的顾客要听到一样的话"),
        ("late: {zh: 晚了。", 'late: {zh: "晚到 {back_at}。"', 9, "这里不能用空格"),
        ("    step: 先安抚\n", "", 2, "缺少 step"),
        ("late:", "open_within_m: 0\nlate:", 9, "1 到 1440 之间"),
    ],
)
def test_what_is_wrong_is_said_in_chinese_with_its_line(old: str, new: str, line: int, said: str) -> None:
    assert old in GOOD
    with pytest.raises(DataError) as caught:
        read_announcements(parsed(GOOD.replace(old, new, 1)), "a.yml", load("data"))
    assert any(problem.startswith(f"a.yml:{line}:") and said in problem for problem in caught.value.problems), caught.value.problems


def test_a_good_file_and_all_its_problems_at_once() -> None:
    assert read_announcements(parsed(GOOD)).prepared["down"].say == ("坏了。", "预计 {back_at} 好。")
    wrong = GOOD.replace("id: down", "id: 9").replace("    en: Down\n", "").replace("坏了。", "")
    with pytest.raises(DataError) as caught:
        read_announcements(parsed(wrong))
    assert len(caught.value.problems) >= 3
