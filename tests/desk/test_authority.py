"""How much each role may promise, and all that may be wrong in authority.yml."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot import taxonomy
from bot.desk.authority import Authority, Limit, is_by_rule, limit_for, read_authority
from bot.errors import DataError
from bot.taxonomy import AFTER_SALES, PROMOTION

SHIPPED = Path("data/shop/authority.yml").read_text(encoding="utf-8")


def read(text: str = SHIPPED) -> Authority:
    return read_authority(YAML(typ="rt").load(text), "authority.yml", taxonomy.load())


def limit(
    role: str, *, label: str = "dispute.product_quality", order_fen: int | None = None, phase: str = AFTER_SALES, text: str = SHIPPED
) -> int:
    return limit_for(read(text), role, phase=phase, label=label, order_fen=order_fen)


@pytest.mark.parametrize(
    ("role", "order_fen", "fen"),
    [
        ("bot", 12900, 0), ("bot", None, 0),
        ("agent", 12900, 3870), ("agent", 100_000, 3870), ("agent", 990, 990), ("agent", None, 3870),
        ("supervisor", 12900, 12900), ("supervisor", 990, 990), ("supervisor", None, 12900),
        ("trainer", 12900, 0), ("admin", 12900, 0),
    ],
)  # fmt: skip
def test_the_shipped_limits(role: str, order_fen: int | None, fen: int) -> None:
    assert limit(role, order_fen=order_fen) == fen


def test_the_larger_of_what_is_given_holds_and_parts_of_a_fen_are_not_given() -> None:
    three = Limit(fen=1000, of_order=0.1, of_average=0.05)
    assert [three.within(order, 30_001) for order in (5000, 15_009, 900, None)] == [1500, 1500, 900, 1500]
    assert Limit(of_order=0.29).within(10_000, 0) == 2900


def test_the_first_line_has_enough_for_small_matters_whatever_else_it_may() -> None:
    strict = SHIPPED.replace("agent: {of_average: 0.3} ", "agent: {fen: 500} ")
    small, other = "dispute.return_freight", "dispute.product_quality"
    assert [limit("agent", label=label, order_fen=12900, text=strict) for label in (small, other)] == [2000, 500]
    assert limit("agent", label=small, order_fen=1500, text=strict) == 1500
    assert limit("bot", label=small, order_fen=12900, text=strict) == 0


def test_the_promotion_may_differ_in_single_values() -> None:
    text = SHIPPED + "\nin_promotion:\n  limits: {agent: {of_average: 0.5}}\n"
    assert [limit("agent", phase=phase, text=text) for phase in (AFTER_SALES, PROMOTION)] == [3870, 6450]
    assert limit("supervisor", phase=PROMOTION, text=text) == 12900
    assert limit("agent", phase=PROMOTION) == 3870


@pytest.mark.parametrize(
    ("kind", "amount", "path", "order_fen", "granted"),
    [
        ("return", 12900, 4, 12900, True), ("return", 10000, None, 12900, True), ("return", 12901, 4, 12900, False), ("return", 12900, 4, None, False),
        ("refund", 12900, 1, 12900, True), ("refund", 12900, 2, 12900, True), ("refund", 12899, 1, 12900, False),
        ("refund", 12900, 3, 12900, False), ("refund", 12900, None, 12900, False), ("compensation", 12900, 1, 12900, False),
    ],
)  # fmt: skip
def test_what_the_rules_grant_takes_nothing_from_the_limit(
    kind: str, amount: int, path: int | None, order_fen: int | None, granted: bool
) -> None:
    assert is_by_rule(read(), kind, amount, phase=AFTER_SALES, path=path, order_fen=order_fen) is granted


def test_all_that_is_wrong_is_said_at_once_with_its_line() -> None:
    text = """average_order_fen: 129.5
limits:
  bot: {fen: -1}
  agent: {of_avarage: 0.3}
  supervisor: {}
by_rule:
  - {kind: refunds}
  - {kind: refund, paths: [5], whole: 是}
first_line: {labels: [dispute.return_fright], fen: 十块}
in_promotion:
  limits: {boss: {fen: 1}, agent: 0.5}
"""
    with pytest.raises(DataError) as caught:
        read(text)
    for line, words in (
        (1, "要是整数"), (3, "0 到"), (4, "不认识的键 of_avarage"), (5, "至少写一个：fen、of_order、of_average"), (7, "没有 'refunds' 这个选择"),
        (8, "1 到 4"), (8, "true 或 false"), (9, "没有标签 dispute.return_fright"), (9, "fen 要是"), (11, "不认识的键 boss"), (11, "要写成“键: 值”，可用 fen"),
    ):  # fmt: skip
        assert any(problem.startswith(f"authority.yml:{line}:") and words in problem for problem in caught.value.problems), (
            line,
            words,
            caught.value.problems,
        )


@pytest.mark.parametrize("key", ["average_order_fen", "limits"])
def test_what_every_shop_must_say_is_missed(key: str) -> None:
    with pytest.raises(DataError, match=f"缺少 {key}"):
        read(
            SHIPPED.replace(f"\n{key}:", f"\n# {key}:")
            .replace("\n  bot: ", "\n# bot: ")
            .replace("\n  agent: ", "\n# ")
            .replace("\n  supervisor: ", "\n# ")
        )


@pytest.mark.parametrize("role", ["bot", "agent", "supervisor"])
def test_each_role_has_its_limit(role: str) -> None:
    with pytest.raises(DataError, match=f"缺少 {role}"):
        read(SHIPPED.replace(f"\n  {role}: ", f"\n  # {role}: "))
