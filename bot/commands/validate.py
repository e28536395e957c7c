"""`python -m bot validate`: every problem of data/ at once."""

from __future__ import annotations

import argparse
import sys

from bot.services.validate import problems
from bot.settings import Settings

HELP = "检查 data/ 里的句子、话术和规则，一次说出全部问题 (validate the data)"


def arguments(parser: argparse.ArgumentParser) -> None:
    """None beyond --help."""
    parser.epilog = "退出码：0 没有问题，1 有问题"


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0 when all is well, 1 with one line per problem."""
    found = problems(settings.data_dir)
    for line in found:
        print(line)
    print(f"发现 {len(found)} 个问题。" if found else "没有问题。", file=sys.stderr if found else sys.stdout)
    return 1 if found else 0
