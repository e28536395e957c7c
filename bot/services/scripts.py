"""The agents' scripts: read from data/scripts, in the order in which a conversation wants them, with its facts filled in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from bot import taxonomy
from bot.errors import DataError
from bot.playbooks.load import read_marked
from bot.services import pinyin
from bot.services.fresh import Fresh
from bot.services.script_files import Script, read_scripts

FACTS: Mapping[str, str] = MappingProxyType(
    {
        "agent": "您的名字",
        "shop": "店名",
        "order_tail": "订单尾号",
        "item": "商品",
        "amount": "实付金额",
        "carrier": "快递公司",
        "tracking_no": "快递单号",
        "first_scan_at": "快递揽收的时间",
        "last_scan": "最新物流",
        "last_scan_at": "最新物流的时间",
        "promised_ship_at": "最晚发货时间",
        "placed_at": "下单时间",
        "paid_at": "付款时间",
        "shipped_at": "发货时间",
        "signed_at": "签收时间",
        "refund_amount": "退款金额",
        "refund_asked_at": "申请退款的时间",
        "refund_done_at": "退款完成时间",
        "return_tracking_no": "退货单号",
        "return_signed_at": "仓库签收时间",
        "return_deadline": "无理由退货截止时间",
        "refund_due": "最晚退款时间",
    }
)
"""What a fact is called in the blank that stands for it while nobody knows it."""
_FIELD = re.compile(r"\{(\w+)\}")
_BRACES = str.maketrans("{}", "｛｝")


def scripts_in_force(data_dir: Path) -> Fresh[tuple[Script, ...]]:
    """The scripts while they are being edited. `refresh` belongs in a thread: spelling changed ones takes about a second."""
    return Fresh([data_dir / "taxonomy.yml", data_dir / "scripts"], lambda: load_scripts(data_dir), "scripts")


def load_scripts(data_dir: Path | str = "data") -> tuple[Script, ...]:
    """All scripts in the files' order, with what is typed to find them; DataError with every problem of every file."""
    scripts = checked_scripts(data_dir)
    found = pinyin.typed([f"{script.title} {script.topic}" for script in scripts])
    return tuple(replace(script, pinyin=whole, initials=first) for script, (whole, first) in zip(scripts, found))


def checked_scripts(data_dir: Path | str = "data") -> tuple[Script, ...]:
    """The same without pinyin, which needs a second: what checking wants."""
    root = Path(data_dir)
    labels = taxonomy.load(root).labels
    problems: list[str] = []
    scripts: list[Script] = []
    taken: dict[str, str] = {}
    for path in sorted((root / "scripts").glob("*.y*ml")):
        raw = read_marked(path, problems)
        if raw is None:
            continue
        try:
            scripts += read_scripts(raw, str(path), labels, taken)
        except DataError as error:
            problems += error.problems
    if not scripts and not problems:
        problems.append(f"{root / 'scripts'}: 没有客服话术，从版本库里取回来（git checkout {root / 'scripts'}）")
    if problems:
        raise DataError(problems)
    return tuple(scripts)


def for_conversation(scripts: Iterable[Script], label: str | None, *, phase: str, serious: bool = False) -> tuple[Script, ...]:
    """Those of the conversation's label, then those for any, then the others; those of another phase are left out.

    Scripts for serious matters come first in their part while the ticket is serious, and last while it is not.
    """

    def place(script: Script) -> tuple[int, bool]:
        part = 0 if label in script.labels else 2 if script.labels else 1
        return part, (script.severity == "serious") != serious

    return tuple(sorted((script for script in scripts if script.phase in (None, phase)), key=place))


def filled(script: Script, order_fields: Mapping[str, str | None], agent: str, shop: str) -> str:
    """The text with facts put in; one that is not known becomes a blank, `____（快递单号）`, which the agent has to fill."""
    facts = {**order_fields, "agent": agent, "shop": shop}
    # A title or scan with braces in it would look like a blank that was left.
    return _FIELD.sub(lambda found: (facts.get(found[1]) or f"____（{FACTS[found[1]]}）").translate(_BRACES), script.text)
