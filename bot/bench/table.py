"""The bench's report as a table that people read: our figures, stock Rasa's beside them, the ratio, the budget. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.bench.accuracy import NAMES, SHOWN
from bot.quality.cases import SETS

Report = Mapping[str, Any]
# Title, figure (a ratio has the same name without its unit), budget.
COSTS = (
    ("CPU 每轮，毫秒", "turn_ms", "≤ 4，原装 ÷ 我们 ≥ 8"),
    ("  第 95 百分位", "turn_p95_ms", ""),
    ("  其中 NLU", "nlu_ms", "≤ 1.5"),
    ("第 500 条 ÷ 第 10 条", "growth", "≤ 1.2"),
    ("载入模型，秒", "load_s", "≤ 15"),
    ("训练，秒", "train_s", "≤ 180"),
    ("模型文件，MB", "model_mb", "≤ 60"),
)
DESK = (
    ("一个 worker 每秒轮数", "one_worker", "≥ 200"),
    ("两个 ÷ 一个", "scaling", "≥ 1.8"),
    ("80 条/秒，请求到回答，p50 毫秒", "reply_p50_ms", ""),
    ("80 条/秒，请求到回答，p95 毫秒", "reply_p95_ms", "≤ 60"),
    ("worker 内存，MB", "worker_mb", "≤ 800"),
    ("网关内存，MB", "gateway_mb", "≤ 150"),
)
# 2,000 customers' and 200 agents' sockets on one gateway (bench/sockets.py).
LIVE = (
    ("2000 位顾客 + 200 位客服的连接，MB", "sockets_mb", "≤ 150"),
    ("  80 条/秒，发出到确认，p95 毫秒", "ack_p95_ms", "≤ 20"),
    ("  80 条/秒，发出到回答，p95 毫秒", "line_p95_ms", "≤ 60"),
    ("  转人工到客服屏幕，p95 毫秒", "hand_off_p95_ms", "≤ 300"),
    ("  转人工到了多少屏幕", "hand_off_share", "1"),
)
NOTHING = "—"


def rows(report: Report) -> list[str]:
    """The table's lines, and below it what a reader must know of it."""
    beside = "stock" in report
    found = [_row("", ["我们", *(["原装 Rasa", "原装÷我们"] if beside else [])], "预算")]
    for title, key, budget in COSTS:
        cells = [_number(report["ours"].get(key))]
        if beside:
            cells += [_number(report["stock"].get(key)), _number(report["ratio"].get(key.removesuffix("_ms")))]
        found.append(_row(title, cells, budget))
    for part, table in (("desk", DESK), ("live", LIVE)):
        for title, key, budget in table if part in report else ():
            found.append(_row(title, [_number(report[part][key]), *([""] * 2 if beside else [])], budget))
    for name, measured in report.get("accuracy", {}).items():
        found.append(f"{SETS.get(name, name)}，{measured['lines']} 句")
        for key in SHOWN:
            found.append(_row(f"  {NAMES[key]}", [_share(measured[side][key]) for side in ("ours", "stock") if side in measured], ""))
    return [*found, "", *_notes(report)]


def _notes(report: Report) -> Iterator[str]:
    ours = report["ours"]
    yield f"我们：{report['model']}，{ours['lines'] or '不知道多少'} 句训练；训练的秒数是训练时记下的。比值只在同一次里可比。"
    if not report["current"]:
        yield "注意：这个模型不是用现在的数据、配置和代码训练的；要两边数据一样，先运行 python -m bot train"
    if "stock" not in report:
        return
    stock = report["stock"]
    pace = f"，每遍 {stock['epoch_s']:.0f} 秒" if stock["epoch_s"] else ""
    yield (
        f"原装 Rasa：{stock['lines']} 句训练，DIET 只训练了 {stock['epochs']} 遍{pace}；rasa init 写的是 {stock['init_epochs']} 遍，"
        "遍数越多标签越准（--stock-epochs N），每条的开销不变。"
    )
    yield "它的标签是 DIET 自己的第一名；发不发话术按它自己的 FallbackClassifier，没有争议疑难的保护。"


def _row(title: str, cells: list[str], budget: str) -> str:
    return "".join([_left(title, 34), *(_right(cell, 12) for cell in cells), f"   {budget}"]).rstrip()


def _left(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _right(text: str, width: int) -> str:
    return " " * (width - _width(text)) + text


def _width(text: str) -> int:
    """Columns in a terminal: Chinese signs take two."""
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in text)


def _number(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.2f}"


def _share(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.1%}"
