"""What is written for a new label before a trainer fills it: rows for Rasa, an empty block of sentences, a playbook to fill. Pure.

The blanks are such that `python -m bot validate` asks for each of them.
"""

from __future__ import annotations

import json
import re
from typing import Protocol

_PLAIN = re.compile(r"[\u4e00-\u9fff]+")


class Told(Protocol):
    """What a trainer said of the label."""

    @property
    def name(self) -> str: ...
    @property
    def family(self) -> str: ...
    @property
    def short(self) -> str: ...
    @property
    def zh(self) -> str: ...
    @property
    def group(self) -> str | None: ...
    @property
    def about(self) -> str: ...
    @property
    def of(self) -> str | None: ...


def taxonomy_row(label: Told, column: int) -> list[str]:
    """`size_chart: {zh: 尺码表, group: reception, is: "…"}`, its brace in the column of the others where there is room."""
    pairs = [("zh", label.zh.strip()), ("of", label.of), ("group", label.group), ("is", label.about.strip())]
    told = ", ".join(f"{key}: {value if key == 'group' or _PLAIN.fullmatch(value) else _quoted(value)}" for key, value in pairs if value)
    return [f"{f'{label.short}: ':<{column - 2}}{{{told}}}"]


def rule(label: Told) -> list[str]:
    """The rule that starts the label's playbook."""
    return [f"- rule: {label.name}", "  steps:", f"  - intent: {label.name}", "  - action: action_playbook"]


def sentences(label: Told) -> list[str]:
    """An empty block for the sentences, told before it begins: inside, every line is a sentence."""
    return [
        "# 下面 examples 后面每行写一句顾客会说的话，前面是四个空格、一个减号、一个空格；至少 10 句，30 句起才认得稳。怎样写：docs/trainers.md",
        f"- intent: {label.name}  # {label.zh.strip()}",
        "  examples: |",
    ]


def playbook(label: Told) -> str:
    """The playbook's file with its blanks."""
    head = [f"# {label.zh.strip()}：{label.about.strip()}", "# 来源: 这些话依据哪份规则、哪个页面，写在这里", f"label: {label.name}"]
    if label.family in ("dispute", "case"):
        body = [
            '# 先安抚的话：一两句，认下这件事让人不好受，不推责任，不许诺结果。填在引号里。',
            'soothe: ""',
            "# 最多问两个问题；能问的：order_no 订单号、photos 照片、detail 说清情况、tracking_no 快递单号。写法：",
            "# ask:",
            "#   - slot: order_no",
            "#     say: 麻烦发一下订单号，或者点下面的订单。",
            "ask: []",
            "# 转给同事时说的话：记下了什么，接下来谁跟进。填在引号里。",
            'closing: ""',
            "severity: normal  # minor 轻，normal 一般，serious 严重",
            "# 办这件事要的材料，bring 是谁出：customer 顾客、shop 店铺、courier 快递。写法：- {what: 问题部位的照片, bring: customer, slot: photos}",
            "evidence: []",
        ]
    else:
        body = [
            "say:",
            "  # 顾客问到时说的话，不知道是哪笔订单也要说得通。填在引号里。",
            "  # 要按订单状态分开说，就再加几行：unpaid 未付款、paid 已付款、shipped 已发货、signed 已签收……照着同一文件夹里别的文件写。",
            '  any: ""',
        ]
    return "\n".join([*head, *body]) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
