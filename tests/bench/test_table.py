"""The table says what was measured, and what was not has no column."""

from __future__ import annotations

from typing import Any

from bot.bench import table

OURS = {"turn_ms": 2.5, "turn_p95_ms": 3.0, "nlu_ms": 1.0, "growth": 1.0, "load_s": 3.0, "train_s": None, "model_mb": 19.5, "lines": 12000}
STOCK = {
    "turn_ms": 30.0, "turn_p95_ms": 40.0, "nlu_ms": 10.0, "train_s": 600.0, "model_mb": 40.0, "lines": 12000,
    "epochs": 2, "init_epochs": 100, "epoch_s": 130.0,
}
RIGHT = {"accepted": 0.9, "route": 0.95, "among_three": 0.98, "claims_scripted": 0.01, "faq_scripted": None}
ALONE: dict[str, Any] = {"model": "m.tar.gz", "current": True, "ours": OURS, "accuracy": {"natural": {"lines": 848, "ours": RIGHT}}}
BOTH = ALONE | {
    "stock": STOCK, "ratio": {"turn": 12.0, "nlu": 10.0}, "accuracy": {"natural": {"lines": 848, "ours": RIGHT, "stock": RIGHT | {"accepted": 0.5}}},
}


def row(rows: list[str], title: str) -> list[str]:
    return next(line for line in rows if line.strip().startswith(title)).split()


def test_stock_rasa_stands_beside_ours_with_the_ratio() -> None:
    rows = table.rows(BOTH)
    assert row(rows, "其中 NLU")[2:5] == ["1.00", "10.00", "10.00"]
    assert row(rows, "训练，秒")[1:4] == ["—", "600.00", "—"]
    assert row(rows, "标签正确")[1:] == ["90.0%", "50.0%"]
    assert row(rows, "咨询直接发话术")[1:] == ["—", "—"]
    assert "自然聊天，848 句" in rows


def test_the_reader_hears_how_long_stock_rasa_was_trained() -> None:
    assert [line for line in table.rows(BOTH) if "DIET 只训练了 2 遍，每遍 130 秒；rasa init 写的是 100 遍" in line]
    assert [line for line in table.rows(BOTH | {"stock": STOCK | {"epoch_s": None}}) if "只训练了 2 遍；rasa init" in line]


def test_without_stock_rasa_nothing_is_said_of_it() -> None:
    rows = table.rows(ALONE)
    assert not [line for line in rows if "原装 Rasa" in line]
    assert row(rows, "标签正确")[1:] == ["90.0%"]


def test_a_model_of_other_data_is_remarked() -> None:
    assert not [line for line in table.rows(ALONE) if "注意" in line]
    assert [line for line in table.rows(ALONE | {"current": False}) if "注意" in line and "python -m bot train" in line]


def test_columns_stand_under_each_other_whatever_the_script() -> None:
    rows = table.rows(BOTH)
    ends = {table._width(line[: line.index(cell) + len(cell)]) for line in rows for cell in ("2.50", "3.00", "90.0%", "98.0%") if cell in line}
    assert len(ends) == 1
