"""`python -m bot validate`: every problem of data/ at once, and what is worth mending in the trainers' lines."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from itertools import groupby

from bot.services.hygiene import Remark
from bot.services.validate import problems, remarks, suspicious
from bot.settings import Settings

HELP = "检查 data/ 里的句子、话术和规则，一次说出全部问题；--suspects 找标签可疑的句子 (validate the data)"
WORST = 5


def arguments(parser: argparse.ArgumentParser) -> None:
    """--suspects, --all."""
    parser.add_argument("--suspects", action="store_true", help="改做一次交叉验证（一两分钟），列出标签看起来不对的句子、总被弄混的标签")
    parser.add_argument("--all", action="store_true", help=f"提醒全部列出；不写时每类只列最要紧的 {WORST} 条（--suspects 时 {4 * WORST} 条）")
    parser.epilog = "退出码：0 没有错误（可以有提醒），1 有错误。错误必须改，改完才能训练；提醒不影响训练，抽空处理"


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0 without errors, whatever the warnings; 1 with one line per error."""
    found = problems(settings.data_dir)
    if found:
        print("\n".join(found), flush=True)
        print(f"发现 {len(found)} 个问题。", file=sys.stderr)
        return 1
    print("没有问题。")
    if args.suspects:
        said, most, option = suspicious(settings.data_dir, lambda line: print(line, file=sys.stderr, flush=True)), 4 * WORST, " --suspects"
    else:
        said, most, option = remarks(settings.data_dir), WORST, ""
    print("\n".join(listed(said, None if args.all else most, option)))
    return 0


def listed(said: Iterable[Remark], most: int | None, option: str = "") -> list[str]:
    """The remarks under a heading per kind, at most so many of each (None: all)."""
    kinds = [(kind, list(rows)) for kind, rows in groupby(said, key=lambda remark: remark.kind)]
    total = sum(len(rows) for _, rows in kinds)
    lines = [f"提醒 {total} 条（不影响训练，抽空处理）："] if kinds else []
    for kind, rows in kinds:
        lines += [f"【{kind}】{len(rows)} 条", *(f"  {row.says}" for row in rows[:most])]
        if most is not None and len(rows) > most:
            lines.append(f"  …… 还有 {len(rows) - most} 条，全部列出：python -m bot validate{option} --all")
    return lines or ["也没有提醒。"]
