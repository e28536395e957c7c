"""`python -m bot label add faq.size_chart …`: a new label, written into every file that must know it."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.services.new_label import NewLabel, add
from bot.settings import Settings

HELP = "新标签：label add 写好分类表、句子、话术等文件的骨架 (a new label)"


def arguments(parser: argparse.ArgumentParser) -> None:
    """add NAME --zh --group --is --of."""
    commands = parser.add_subparsers(dest="what", required=True, metavar="add")
    new = commands.add_parser("add", help="添加一个标签：只写骨架，句子和话术由您填")
    new.add_argument("name", metavar="大类.名字", help="比如 faq.size_chart；大类：faq 咨询、dispute 争议、case 疑难、chat 闲聊")
    new.add_argument("--zh", required=True, metavar="中文名", help="按钮、工单上显示的名字，比如 尺码表")
    new.add_argument("--group", metavar="组", help="转人工时归哪个组（data/taxonomy.yml 的 groups），比如 reception；chat 可以不写")
    new.add_argument("--is", required=True, dest="about", metavar="说明", help="一句话：什么样的消息属于它，和相近的标签怎么分")
    new.add_argument("--of", metavar="类别", help="dispute 才用：商品问题、物流仓储问题、其他问题")
    parser.epilog = "例：python -m bot label add faq.size_chart --zh 尺码表 --group reception --is 问尺码表在哪、怎么量、穿多大"


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0 when all files are written; BadInput, and nothing written, otherwise."""
    label = NewLabel(args.name, args.zh, args.group, args.about, args.of)
    written = add(label, settings.data_dir, Path())
    places = {what: f"{place.path}:{place.line}" for what, place in written.items()}
    print(f"已添加标签 {label.name}（{label.zh}）。要您填的：")
    print(f"  {places['sentences']}  在这里写句子：至少 10 句，30 句起才认得稳")
    print(f"  {places['playbook']}  在这里写话术")
    print("已经写好、一般不用改的：")
    print(f"  {places['taxonomy']}  中文名、负责的组、说明")
    print(f"  {places['domain']} 和 {places['rules']}  给 Rasa 的登记")
    print("填好以后：python -m bot validate，没有问题再 train、eval、promote。一步一步见 docs/trainers.md。")
    return 0
