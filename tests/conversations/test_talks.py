"""Reading conversations: what a trainer gets wrong is named with file and line."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from talks import NOW, all_talks, orders

ORDERS = '刚签收: {order_no: "5128030011220030606", state: signed, amount_fen: 1, items: [{title: 鞋}], signed_at: -2d}\n'


def written(folder: Path, text: str) -> Path:
    """A folder with one file of conversations."""
    (folder / "orders.yml").write_text(ORDERS, encoding="utf-8")
    (folder / "some.yml").write_text(text, encoding="utf-8")
    return folder


def test_times_of_orders_count_from_now() -> None:
    assert datetime.fromisoformat(orders()["已签收"]["signed_at"]) == NOW - timedelta(days=2)


def test_a_named_order_stands_for_its_number(tmp_path: Path) -> None:
    [talk] = all_talks(written(tmp_path, "- name: 查\n  orders: [刚签收]\n  talk:\n    - 顾客: 查 {刚签收}\n"))
    assert talk.steps[0].says == "查 5128030011220030606"
    assert (talk.phase, talk.buyer, talk.line) == ("after_sales", "b1", 1)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- name: 查\n  talk:\n    - 顾客: 在吗\n      acton: answer\n", "some.yml:3: 不认识 acton"),
        ("- name: 查\n  talk:\n    - 顾客: 在吗\n      action: 回答\n", "some.yml:3: action 只能是 answer、ask、guess、rephrase、hand_off"),
        ("- name: 查\n  talk:\n    - action: answer\n", "some.yml:3: 每一步要有"),
        ("- name: 查\n  orders: [没有的]\n  talk:\n    - 顾客: 在吗\n", "some.yml:1: 没有订单「没有的」，在 orders.yml 里加"),
        ("- name: 查\n  talk:\n    - 顾客: 查 {没有的}\n", "some.yml:3: 没有订单「没有的」"),
        ("- name: 查\n  talk:\n    - 顾客: 在吗\n      says: [3.0]\n", "some.yml:3: says 里的 3.0 要加引号"),
        ("- name: 查\n  talk:\n    - 同事: 吃饭\n", "some.yml:3: 同事 只能是 领取、办结"),
        ("- name: 查\n", "some.yml:1: 每段对话要有 name 和 talk"),
        ("- name: 查\n  talk:\n    - 顾客: 在吗\n- name: 查\n  talk:\n    - 顾客: 在吗\n", "some.yml:4: 查: 这个名字用了两次"),
        ("- name: 查\n  talk:\n    - 顾客: 在吗\n  then: {ticket: {lable: x}}\n", "some.yml:1: ticket 里不认识 lable"),
    ],
)
def test_a_slip_is_named_with_file_and_line(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=re.escape(problem)):
        all_talks(written(tmp_path, text))
